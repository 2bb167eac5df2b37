import { createPostgresJobQueue } from '../../adapters/embedded/job-queue/postgres-job-queue';
import { toTimestamp } from '../../core/kernel';
import type { Books } from '../books';
import type { CommandOutput } from './with-books';

const shownDeadLetters = 100;

/** Prints how much waits in each queue, and the dead letters with their causes. */
export async function jobsList(books: Books, output: CommandOutput, queueName?: string): Promise<void> {
  const queue = await createPostgresJobQueue({ connectionString: books.urls.journal });
  try {
    for (const depth of await queue.depths()) {
      if (queueName !== undefined && depth.queue !== queueName) continue;
      const { waiting, active, dead, oldestWaitingMs } = depth;
      const oldest =
        oldestWaitingMs === null ? '' : `  oldest ${String(Math.round(oldestWaitingMs / 1_000))} s`;
      output.print(
        `${depth.queue}  waiting ${String(waiting)}  active ${String(active)}  dead ${String(dead)}${oldest}`,
      );
    }
    const letters = await queue.deadLetters({
      limit: shownDeadLetters,
      ...(queueName === undefined ? {} : { queue: queueName }),
    });
    for (const { id, job, attempts, cause, failedAt } of letters) {
      output.print(
        `dead ${id}  ${toTimestamp(failedAt)}  ${job.queue}/${job.name}  ${job.key}  after ${String(attempts)} attempts: ${cause}`,
      );
    }
    if (letters.length === 0) output.print('no dead letters');
  } finally {
    await queue.close();
  }
}

/** Gives dead letters fresh attempts. */
export async function jobsRedrive(
  books: Books,
  output: CommandOutput,
  query: { readonly queue?: string; readonly id?: string },
): Promise<void> {
  const queue = await createPostgresJobQueue({ connectionString: books.urls.journal });
  try {
    output.print(`redriven ${String(await queue.redrive(query))}`);
  } finally {
    await queue.close();
  }
}
