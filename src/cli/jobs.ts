import { createPostgresJobQueue } from '../adapters/embedded/job-queue/postgres-job-queue';
import { toTimestamp } from '../core/kernel';
import type { Stores } from '../compose/stores';
import { CommandRefused } from '../configuration/command-refused';
import type { CommandOutput } from '../compose/with-stores';

const shownDeadLetters = 100;

/** Prints how much waits in each queue, and the dead letters with their causes. */
export async function jobsList(stores: Stores, output: CommandOutput, queueName?: string): Promise<void> {
  const queue = await createPostgresJobQueue({ connectionString: stores.urls.journal });
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
  stores: Stores,
  output: CommandOutput,
  query: { readonly queue?: string; readonly id?: string },
): Promise<void> {
  const queue = await createPostgresJobQueue({ connectionString: stores.urls.journal });
  try {
    const redriven = await queue.redrive(query);
    if (redriven === 0 && query.id !== undefined)
      throw new CommandRefused(noSuchLetter(query.id, query.queue));
    output.print(`redriven ${String(redriven)}`);
  } finally {
    await queue.close();
  }
}

const noSuchLetter = (id: string, queue?: string): string =>
  `There is no dead letter "${id}"${queue === undefined ? '' : ` in the queue ${queue}`}: it was redriven before, or the id is misspelt. fincore jobs list shows every dead letter.`;
