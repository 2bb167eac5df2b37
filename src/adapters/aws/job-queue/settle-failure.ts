import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { judgeFailure, type DeliveredJob, type RetryPolicy } from '../../../core/ports';
import { delayedMessage, wholeSeconds } from './outgoing-job';
import type { QueueMessage } from './queue-message';
import { sendMessages } from './send-messages';
import type { SqsQueue } from './sqs-queues';

/** What to do with the message now: delete it, or leave it to SQS, which delivers it again. */
export type Settled = 'delete' | 'keep';

export interface SettleContext {
  readonly client: SQSClient;
  readonly queue: SqsQueue;
  /** Evenly from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** How long one message is held back. @default 900, the most that SQS can */
  readonly longestDelaySeconds?: number;
}

/**
 * A queue gives a message up when it was delivered `maxReceiveCount` times, and that bound is for messages whose
 * handler dies. A job that fails in an orderly way goes on in a fresh message before it comes near it.
 */
const renewAfterDeliveries = 3;
/** @source Amazon SQS visibility timeout: at most 12 hours since the message was received; one hour is left for the handler. */
const longestVisibilityMs = 11 * 3_600_000;
const callTimeoutMs = 10_000;

/** Makes the outcome of a failed attempt durable: a later delivery with full jitter, or a dead letter with its cause. */
export async function settleFailure(
  context: SettleContext & { readonly retry: RetryPolicy },
  message: QueueMessage,
  job: DeliveredJob,
  error: unknown,
): Promise<Settled> {
  const { retry, random } = context;
  const failure = judgeFailure({ error, attempt: job.attempt, retry, random });
  if (failure.kind === 'dead') {
    return bury(context, message, { cause: failure.cause, attempts: job.attempt });
  }
  if (message.receiveCount >= renewAfterDeliveries || failure.delayMs > longestVisibilityMs) {
    return sendOn(context, message, failure.delayMs, job.attempt);
  }
  await changeVisibility(context, message, wholeSeconds(failure.delayMs));
  return 'keep';
}

/** The message becomes a dead letter: the copy is durable before the original may be deleted. */
export async function bury(
  { client, queue, random, clock }: SettleContext,
  { body, traceHeader, group }: QueueMessage,
  { cause, attempts }: { readonly cause: string; readonly attempts: number },
): Promise<Settled> {
  const notes = { cause, attempts, failedAt: clock() };
  await sendMessages({ client, url: queue.deadLetterUrl, random }, [
    { body, traceHeader, group, delaySeconds: 0, notes },
  ]);
  return 'delete';
}

/** The job goes on in a fresh message after the delay; the copy is durable before the original may be deleted. */
export async function sendOn(
  { client, queue, random, longestDelaySeconds }: SettleContext,
  message: QueueMessage,
  delayMs: number,
  attempts: number,
): Promise<Settled> {
  const copy = delayedMessage(message, delayMs, attempts > 0 ? { attempts } : {}, longestDelaySeconds);
  await sendMessages({ client, url: queue.url, random }, [copy]);
  return 'delete';
}

/** Without effect when this delivery no longer holds the message. */
export async function changeVisibility(
  { client, queue }: Pick<SettleContext, 'client' | 'queue'>,
  { receipt }: QueueMessage,
  seconds: number,
): Promise<void> {
  const command = new ChangeMessageVisibilityCommand({
    QueueUrl: queue.url,
    ReceiptHandle: receipt,
    VisibilityTimeout: seconds,
  });
  try {
    await client.send(command, { abortSignal: AbortSignal.timeout(callTimeoutMs) });
  } catch (error) {
    if (!(error instanceof Error && isLostDelivery(error))) throw error;
  }
}

/** SQS says it by a code of its own, or by a general one with these words. */
const isLostDelivery = ({ name, message }: Error): boolean =>
  name === 'MessageNotInflight' ||
  name === 'ReceiptHandleIsInvalid' ||
  message.includes('not available for visibility timeout change');
