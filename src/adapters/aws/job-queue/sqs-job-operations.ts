import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetterRecord, JobOperations, QueueDepth } from '../../../core/ports';
import {
  listDeadLetters,
  redriveDeadLetters,
  resolveDeadLetter,
  type DeadLetterContext,
} from './dead-letters';
import { readDepth } from './read-depth';
import { queueNamed, type SqsQueue, type SqsQueues } from './sqs-queues';

export interface SqsJobOperationsOptions {
  readonly client: SQSClient;
  readonly queues: SqsQueues;
  /** Evenly from 0 (included) to 1 (excluded); draws the waits between attempts. @default Math.random */
  readonly random?: () => number;
}

/**
 * Shows and changes the jobs on queues of SQS. Counts are approximate, a wait between two attempts counts as in
 * progress, and the age of the oldest job is not known here (CloudWatch has it).
 */
export function createSqsJobOperations({
  client,
  queues,
  random = Math.random,
}: SqsJobOperationsOptions): JobOperations {
  const inTurn = createTurns();
  const chosen = (name?: string): readonly DeadLetterContext[] =>
    (name === undefined ? Object.keys(queues).sort() : [name]).map((one) => ({
      client,
      name: one,
      queue: queueNamed(queues, one),
      random,
    }));

  return {
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
