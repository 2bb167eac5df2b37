import { createPostgresJobQueue } from '../adapters/embedded/job-queue/postgres-job-queue';
import { toTimestamp } from '../core/kernel';
import type { JobQueue } from '../core/ports';
import type { Stores } from '../compose/stores';
import { CommandRefused } from '../configuration/command-refused';
import { type CliOutput, table } from './cli-output';

const shownDeadLetters = 100;

/** Prints how much waits in each queue, and the dead letters with their causes. */
export async function jobsList(stores: Stores, output: CliOutput, queueName?: string): Promise<void> {
  await withQueue(stores, async (queue) => {
    const isChosen = (name: string) => queueName === undefined || name === queueName;
    const depths = (await queue.depths()).filter((depth) => isChosen(depth.queue));
    const letters = await queue.deadLetters({
      limit: shownDeadLetters,
      ...(queueName === undefined ? {} : { queue: queueName }),
    });
    output.present({
      json: {
        queues: depths.map(({ queue: name, waiting, active, dead, oldestWaitingMs }) => ({
          queue: name,
          waiting,
          active,
          dead,
          oldest_waiting_ms: oldestWaitingMs,
        })),
        dead_letters: letters.map(({ id, job, attempts, cause, failedAt }) => ({
          id,
          failed_at: toTimestamp(failedAt),
          queue: job.queue,
          job: job.name,
          key: job.key,
          attempts,
          cause,
        })),
      },
      lines: [
        ...table(
          ['queue', 'waiting', 'active', 'dead', 'oldest waiting'],
          depths.map(({ queue: name, waiting, active, dead, oldestWaitingMs }) => [
            name,
            String(waiting),
            String(active),
            String(dead),
            oldestWaitingMs === null ? '-' : `${String(Math.round(oldestWaitingMs / 1_000))} s`,
          ]),
          'no queues yet',
        ),
        '',
        ...table(
          ['dead letter', 'since', 'job', 'key', 'attempts', 'cause'],
          letters.map(({ id, job, attempts, cause, failedAt }) => [
            id,
            toTimestamp(failedAt),
            `${job.queue}/${job.name}`,
            job.key,
            String(attempts),
            cause,
          ]),
          'no dead letters',
        ),
      ],
    });
  });
}

/** Gives dead letters fresh attempts. */
export async function jobsRedrive(
  stores: Stores,
  output: CliOutput,
  query: { readonly queue?: string; readonly id?: string },
): Promise<void> {
  await withQueue(stores, async (queue) => {
    const redriven = await queue.redrive(query);
    if (redriven === 0 && query.id !== undefined)
      throw new CommandRefused(noSuchLetter(query.id, query.queue));
    output.present({ json: { redriven }, lines: [`redriven ${String(redriven)}`] });
  });
}

async function withQueue(stores: Stores, work: (queue: JobQueue) => Promise<void>): Promise<void> {
  const queue = await createPostgresJobQueue({
    connectionString: stores.urls.journal,
    ownerConnectionString: stores.ownerUrls.journal,
  });
  try {
    await work(queue);
  } finally {
    await queue.close();
  }
}

const noSuchLetter = (id: string, queue?: string): string =>
  `There is no dead letter "${id}"${queue === undefined ? '' : ` in the queue ${queue}`}: it was redriven before, or the id is misspelt. fincore jobs list shows every dead letter.`;
