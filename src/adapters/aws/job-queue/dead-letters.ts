import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetterRecord } from '../../../core/ports';
import { deleteMessages } from './delete-messages';
import { parseBody } from './job-body';
import { noteNumber } from './message-attributes';
import { readDepth } from './read-depth';
import type { QueueMessage } from './queue-message';
import { receiveMessages } from './receive-messages';
import { sendMessages } from './send-messages';
import type { SqsQueue } from './sqs-queues';

export interface DeadLetterContext {
  readonly client: SQSClient;
  readonly name: string;
  readonly queue: SqsQueue;
  readonly random: () => number;
}

/** A queue cannot be read without holding what is read: for so long at most, should this process die. */
const holdSeconds = 120;
/** Beyond so many, the list and one redrive see a part only; call redrive again for the rest. */
const mostHeld = 10_000;
const largestBatch = 10;
const callTimeoutMs = 10_000;

/** Every dead letter of the queue, in no order; all of them stay where they are. */
export async function listDeadLetters(context: DeadLetterContext): Promise<readonly DeadLetterRecord[]> {
  const held = new Map<string, QueueMessage>();
  await sweep(context, (messages) => {
    for (const message of messages) held.set(message.id, message);
    return Promise.resolve(messages);
  });
  return [...held.values()].map((message) => toRecord(context.name, message));
}

/** Sends dead letters, all or one, back to their queue with fresh attempts. @returns how many */
export async function redriveDeadLetters(context: DeadLetterContext, id?: string): Promise<number> {
  const { client, queue, random } = context;
  const redriven = new Set<string>();
  let count = 0;
  await sweep(context, async (messages) => {
    // A job that dies once more while the sweep goes on stays dead, or the sweep would never end.
    const chosen = messages.filter(
      (message) => (id === undefined || message.id === id) && !redriven.has(message.body),
    );
    const copies = chosen.map(({ body, traceHeader, group }) => ({
      body,
      traceHeader,
      group,
      delaySeconds: 0,
      notes: {},
    }));
    // First the copy, then the deletion: a crash between the two makes a second delivery, never a loss.
    await sendMessages({ client, url: queue.url, random }, copies);
    const receipts = chosen.map(({ receipt }) => receipt);
    if (receipts.length > 0) await deleteMessages({ client, url: queue.deadLetterUrl, random }, receipts);
    for (const { body } of chosen) redriven.add(body);
    count += chosen.length;
    return messages.filter((message) => !chosen.includes(message));
  });
  return count;
}

/** Takes one dead letter out, once `keep` has made it durable elsewhere. @returns whether it is there */
export async function resolveDeadLetter(
  context: DeadLetterContext,
  id: string,
  keep: (letter: DeadLetterRecord) => Promise<void>,
): Promise<boolean> {
  const { client, queue, random, name } = context;
  let isFound = false;
  await sweep(context, async (messages) => {
    const chosen = messages.filter((message) => message.id === id);
    for (const message of chosen) {
      await keep(toRecord(name, message));
      await deleteMessages({ client, url: queue.deadLetterUrl, random }, [message.receipt]);
      isFound = true;
    }
    return messages.filter((message) => !chosen.includes(message));
  });
  return isFound;
}

/**
 * Receives until nothing more comes, and hands back at the end what `visit` leaves.
 * @param visit gets at most ten; returns those that stay
 */
async function sweep(
  { client, queue }: DeadLetterContext,
  visit: (messages: readonly QueueMessage[]) => Promise<readonly QueueMessage[]>,
): Promise<void> {
  const url = queue.deadLetterUrl;
  const expected = await readDepth(client, url);
  const staying: QueueMessage[] = [];
  let seen = 0;
  try {
    while (seen < mostHeld) {
      // SQS counts approximately: one short look more when all seem seen, a patient one while some must be left.
      const waitSeconds = seen < expected.visible ? 1 : 0;
      const messages = await receiveMessages({
        client,
        url,
        limit: largestBatch,
        visibilitySeconds: holdSeconds,
        waitSeconds,
      });
      if (messages.length === 0) return;
      seen += messages.length;
      staying.push(...messages);
      const left = await visit(messages);
      staying.splice(-messages.length, messages.length, ...left);
    }
  } finally {
    // SQS shows a message again when its hold ends, so a failed hand-back is no reason to lose what was found.
    await handBack(client, url, staying).catch(() => undefined);
  }
}

async function handBack(client: SQSClient, url: string, messages: readonly QueueMessage[]): Promise<void> {
  for (let from = 0; from < messages.length; from += largestBatch) {
    const entries = messages.slice(from, from + largestBatch).map(({ receipt }, index) => ({
      Id: String(index),
      ReceiptHandle: receipt,
      VisibilityTimeout: 0,
    }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: entries });
    await client.send(command, { abortSignal: AbortSignal.timeout(callTimeoutMs) });
  }
}

function toRecord(queueName: string, message: QueueMessage): DeadLetterRecord {
  const { id, body, attributes, sentAt, receiveCount } = message;
  const parsed = parseBody(body);
  const job =
    parsed.kind === 'job' ? parsed.job : { queue: queueName, name: 'malformed', key: id, data: { body } };
  const { cause } = attributes;
  if (cause !== undefined) {
    return {
      id,
      job,
      attempts: noteNumber(attributes, 'attempts'),
      cause,
      failedAt: noteNumber(attributes, 'failedAt'),
    };
  }
  // Not buried by FinCore: SQS itself gives up a message whose handler dies each time. It keeps no time of that.
  return {
    id,
    job,
    attempts: noteNumber(attributes, 'attempts') + receiveCount,
    cause: 'given up by SQS: delivered as often as the queue allows, and no delivery had an outcome',
    failedAt: sentAt,
  };
}
