import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  type DeadLetterRecord,
  type Job,
  type JobQueue,
  type Log,
  type QueueDepth,
  laneOf,
  silentLog,
} from '../../../core/ports';
import {
  listDeadLetters,
  redriveDeadLetters,
  resolveDeadLetter,
  type DeadLetterContext,
} from './dead-letters';
import { bodyOf } from './job-body';
import { delayedMessage } from './outgoing-job';
import { readDepth } from './read-depth';
import { sendMessages, type OutgoingMessage } from './send-messages';
import { queueNamed, type SqsQueue, type SqsQueues } from './sqs-queues';
import { traceHeaderOf } from './trace-header';
import { startWorker } from './worker';

export interface SqsJobQueueOptions {
  readonly client: SQSClient;
  readonly queues: SqsQueues;
  /** How soon another worker gets the jobs of one that died; a handler that takes longer is extended. @default 30000 */
  readonly visibilityMs?: number;
  /** How long one poll waits for a first message, 1 to 20; a worker that stops waits for its polls. @default 20 */
  readonly pollWaitSeconds?: number;
  /** How long one message is held back; a longer delay goes on in the next. @default 900, the most that SQS can */
  readonly longestDelaySeconds?: number;
  /** Evenly from 0 (included) to 1 (excluded); draws the waits between attempts. @default Math.random */
  readonly random?: () => number;
  /** Milliseconds since the epoch; dates dead letters. @default Date.now */
  readonly clock?: () => number;
  /** @default nothing is logged */
  readonly log?: Log;
}

/**
 * The job queue on standard queues of SQS. A job's lane is the group of its message, which makes the queue a fair one: a
 * lane that holds more than a tenth of what is in progress is served after the others. Beyond what the port leaves open: keys are forgotten once a call to
 * `enqueue` has ended, delays are rounded up to seconds, counts are approximate, a wait between two attempts counts
 * as in progress, and the age of the oldest job is not known here (CloudWatch has it).
 */
export function createSqsJobQueue(options: SqsJobQueueOptions): JobQueue {
  const { client, queues, random = Math.random, clock = Date.now, log = silentLog } = options;
  const { longestDelaySeconds, visibilityMs = 30_000, pollWaitSeconds = 20 } = options;
  const inTurn = createTurns();
  const chosen = (name?: string): readonly DeadLetterContext[] =>
    (name === undefined ? Object.keys(queues).sort() : [name]).map((one) => ({
      client,
      name: one,
      queue: queueNamed(queues, one),
      random,
    }));

  return {
    enqueue: async (jobs) => {
      const sends = [...messagesByQueue(queues, jobs, longestDelaySeconds)].map(([{ url }, messages]) =>
        sendMessages({ client, url, random }, messages),
      );
      const outcomes = await Promise.allSettled(sends);
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    work: (workOptions) =>
      startWorker(workOptions, {
        client,
        queue: queueNamed(queues, workOptions.queue),
        random,
        clock,
        visibilityMs,
        pollWaitSeconds,
        log,
        ...(longestDelaySeconds === undefined ? {} : { longestDelaySeconds }),
      }),
    depths: () => Promise.all(chosen().map(({ name, queue }) => depthOf(client, name, queue))),
    deadLetters: async ({ queue, limit }) => {
      const lists: DeadLetterRecord[][] = [];
      for (const context of chosen(queue)) lists.push([...(await inTurn(() => listDeadLetters(context)))]);
      return lists
        .flat()
        .sort((left, right) => right.failedAt - left.failedAt)
        .slice(0, limit);
    },
    redrive: async ({ queue, id }) => {
      let redriven = 0;
      for (const context of chosen(queue)) redriven += await inTurn(() => redriveDeadLetters(context, id));
      return redriven;
    },
    resolve: async (id, keep) => {
      for (const context of chosen())
        if (await inTurn(() => resolveDeadLetter(context, id, keep))) return true;
      return false;
    },
  };
}

/** Two looks into the dead letters at once would each see a part. */
function createTurns(): <Value>(task: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = last.then(task, task);
    last = run.catch(() => undefined);
    return run;
  };
}

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

async function depthOf(client: SQSClient, name: string, queue: SqsQueue): Promise<QueueDepth> {
  const [live, dead] = await Promise.all([
    readDepth(client, queue.url),
    readDepth(client, queue.deadLetterUrl),
  ]);
  return {
    queue: name,
    waiting: live.visible + live.delayed,
    active: live.invisible,
    dead: dead.visible + dead.delayed + dead.invisible,
    oldestWaitingMs: null,
  };
}
