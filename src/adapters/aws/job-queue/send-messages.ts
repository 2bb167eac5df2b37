import { setTimeout as pause } from 'node:timers/promises';
import {
  SendMessageBatchCommand,
  type BatchResultErrorEntry,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { fullJitterMs } from '../../../core/kernel';
import { attributesBytes, largestMessageBytes } from './job-body';
import { attributesOf, type MessageNotes } from './message-attributes';

export interface OutgoingMessage {
  readonly body: string;
  /** 0 to 900; SQS knows no longer delay. */
  readonly delaySeconds: number;
  readonly notes: MessageNotes;
  /** The trace that it goes on; every copy of a message has that of the first. */
  readonly traceHeader: string | null;
  /** The lane of the job, by which SQS tells tenants apart; every copy of a message has that of the first. */
  readonly group: string | null;
}

/** Some messages were not accepted. Others may have been: send all again. */
export class MessagesNotSent extends Error {
  override readonly name = 'MessagesNotSent';
}

export interface SendContext {
  readonly client: SQSClient;
  readonly url: string;
  readonly random: () => number;
}

const largestBatch = 10;
const batchesInFlight = 8;
const maxTries = 5;
const backoff = { baseDelayMs: 50, maxDelayMs: 2_000 };
/** The SDK tries again within it. */
const callTimeoutMs = 10_000;

/**
 * Durable on return. What SQS refuses for reasons of its own is sent again, and only that.
 * @throws MessagesNotSent
 */
export async function sendMessages(
  context: SendContext,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  const batches = intoBatches(messages);
  const sendNext = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      await sendBatch(context, batch);
    }
  };
  const senders = Array.from({ length: Math.min(batchesInFlight, batches.length) }, async () => {
    try {
      await sendNext();
    } catch (error) {
      // The call has failed: what is not under way need not be sent any more.
      batches.length = 0;
      throw error;
    }
  });
  const outcomes = await Promise.allSettled(senders);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The largest size of a batch, the sum of its messages. */
function intoBatches(messages: readonly OutgoingMessage[]): (readonly OutgoingMessage[])[] {
  const batches: OutgoingMessage[][] = [];
  let current: OutgoingMessage[] = [];
  let sizeBytes = 0;
  for (const message of messages) {
    const messageBytes = Buffer.byteLength(message.body) + notesBytes(message.notes);
    if (current.length === largestBatch || sizeBytes + messageBytes > largestMessageBytes) {
      batches.push(current);
      current = [];
      sizeBytes = 0;
    }
    current.push(message);
    sizeBytes += messageBytes;
  }
  if (current.length > 0) batches.push(current);
  return batches.filter((batch) => batch.length > 0);
}

/** More than the attributes of any message take, and little where only numbers are noted. */
const notesBytes = ({ cause }: MessageNotes) => (cause === undefined ? 256 : attributesBytes);

async function sendBatch(context: SendContext, messages: readonly OutgoingMessage[]): Promise<void> {
  const { client, url, random } = context;
  let entries = messages.map(toEntry);
  for (let tries = 1; ; tries += 1) {
    const command = new SendMessageBatchCommand({ QueueUrl: url, Entries: entries });
    const failed = await client
      .send(command, { abortSignal: AbortSignal.timeout(callTimeoutMs) })
      .then(({ Failed = [] }) => Failed)
      .catch((error: unknown) => {
        throw new MessagesNotSent(`${url} did not take ${String(entries.length)} messages`, { cause: error });
      });
    if (failed.length === 0) return;
    const refused = failed.find(({ SenderFault }) => SenderFault === true);
    if (refused !== undefined || tries === maxTries) throw notSent(url, failed, refused ?? failed[0]);
    const again = new Set(failed.map(({ Id }) => Id));
    entries = entries.filter(({ Id }) => again.has(Id));
    await pause(fullJitterMs(tries, backoff, random));
  }
}

function notSent(
  url: string,
  failed: readonly BatchResultErrorEntry[],
  first: BatchResultErrorEntry | undefined,
) {
  const why = `${first?.Code ?? 'no code'}: ${first?.Message ?? 'no message'}`;
  return new MessagesNotSent(`${url} refused ${String(failed.length)} messages (${why})`);
}

const toEntry = (message: OutgoingMessage, index: number): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: message.body,
  DelaySeconds: message.delaySeconds,
  MessageAttributes: attributesOf(message.notes),
  ...(message.group === null ? {} : { MessageGroupId: message.group }),
  ...(message.traceHeader === null
    ? {}
    : {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: message.traceHeader } },
      }),
});
