import { noteNumber } from './message-attributes';
import { type JobHandler, type Log, type RetryPolicy, leaseLostCause } from '../../../core/ports';
import { jobOfMessage } from './job-of-message';
import type { QueueMessage } from './queue-message';
import { bury, sendOn, settleFailure, type SettleContext, type Settled } from './settle-failure';

export interface DeliveryContext extends SettleContext {
  readonly retry: RetryPolicy;
  readonly leaseMs: number;
  readonly handler: JobHandler;
  readonly log: Log;
  /** Whether this delivery still holds the message; a failure that comes later is not counted. @default always */
  readonly holds?: () => boolean;
}

/**
 * Brings one message to an outcome that is durable: the same for a poller and for a Lambda, which deletes what is
 * `delete` and reports what is `keep` as a batch item failure.
 *
 * @throws the error that kept the outcome from being written: leave the message to SQS, which delivers it again.
 */
export async function deliverMessage(context: DeliveryContext, message: QueueMessage): Promise<Settled> {
  const { handler, retry, leaseMs, log, holds = () => true } = context;
  const meaning = jobOfMessage(message);
  if (meaning.kind === 'malformed') {
    log.error({ messageId: message.id, cause: meaning.cause }, 'a message is a dead letter');
    return bury(context, message, { cause: meaning.cause, attempts: message.receiveCount });
  }
  if (meaning.kind === 'early') {
    return sendOn(context, message, meaning.delayLeftMs, noteNumber(message.attributes, 'attempts'));
  }
  const { job } = meaning;
  const { correlationId, trace } = job.data;
  const facts = {
    queue: job.queue,
    name: job.name,
    key: job.key,
    attempt: job.attempt,
    correlationId,
    trace,
  };
  if (job.attempt > retry.maxAttempts) {
    // The delivery before this one was the last attempt and had no outcome: SQS brings it back to be buried.
    const cause = leaseLostCause(leaseMs);
    log.error({ ...facts, cause }, 'a job is a dead letter');
    return bury(context, message, { cause, attempts: job.attempt - 1 });
  }
  try {
    await handler(job);
    return 'delete';
  } catch (error) {
    if (!holds()) {
      log.warn({ ...facts, err: error }, 'a job failed after its lease had run out; it is delivered again');
      return 'keep';
    }
    const settled = await settleFailure(context, message, job, error);
    log.warn({ ...facts, err: error }, 'an attempt at a job failed');
    return settled;
  }
}
