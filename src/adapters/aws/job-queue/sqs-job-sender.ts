import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Job, type JobSender, laneOf } from '../../../core/ports';
import { bodyOf } from './job-body';
import { delayedMessage } from './outgoing-job';
import { sendMessages, type OutgoingMessage } from './send-messages';
import { queueNamed, type SqsQueue, type SqsQueues } from './sqs-queues';
import { traceHeaderOf } from './trace-header';

export interface SqsJobSenderOptions {
  readonly client: SQSClient;
  readonly queues: SqsQueues;
  /** How long one message is held back; a longer delay goes on in the next. @default 900, the most that SQS can */
  readonly longestDelaySeconds?: number;
  /** Evenly from 0 (included) to 1 (excluded); draws the waits between attempts. @default Math.random */
  readonly random?: () => number;
}

/**
 * Sends jobs to standard queues of SQS. A job's lane is the group of its message, which makes the queue a fair one: a
 * lane that holds more than a tenth of what is in progress is served after the others. Keys are forgotten once a call to
 * `enqueue` has ended, and delays are rounded up to seconds.
 */
export const createSqsJobSender = ({
  client,
  queues,
  longestDelaySeconds,
  random = Math.random,
}: SqsJobSenderOptions): JobSender => ({
  async enqueue(jobs) {
    const sends = [...messagesByQueue(queues, jobs, longestDelaySeconds)].map(([{ url }, messages]) =>
      sendMessages({ client, url, random }, messages),
    );
    const outcomes = await Promise.allSettled(sends);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  },
});

/** The same job twice in one call is one job; nothing is sent when one of them is refused. */
function messagesByQueue(
  queues: SqsQueues,
  jobs: readonly Job[],
  longestDelaySeconds?: number,
): ReadonlyMap<SqsQueue, readonly OutgoingMessage[]> {
  const known = new Set<string>();
  const byQueue = new Map<SqsQueue, OutgoingMessage[]>();
  for (const job of jobs) {
    const identity = JSON.stringify([job.queue, job.name, job.key]);
    if (known.has(identity)) continue;
    known.add(identity);
    const queue = queueNamed(queues, job.queue);
    const messages = byQueue.get(queue) ?? [];
    const message = { body: bodyOf(job), traceHeader: traceHeaderOf(job.data), group: laneOf(job) };
    messages.push(delayedMessage(message, job.delayMs ?? 0, {}, longestDelaySeconds));
    byQueue.set(queue, messages);
  }
  return byQueue;
}
