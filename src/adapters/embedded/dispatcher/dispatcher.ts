import type { Pool } from 'pg';
import type { Job, Reader, RecordedEvent } from '../../../core/ports';
import { advanceCheckpoint } from '../../postgres/advance-checkpoint';
import type { Store } from '../../postgres/migrate';
import { inTransaction } from '../../postgres/pool';
import type { PostgresJobQueue } from '../job-queue/postgres-job-queue';
import { dispatcherName } from './dispatcher-name';
import { readDispatchCheckpoint } from './read-checkpoint';
import dispatch from './migrations/0001-dispatch.sql';

/** Lives in the database of the job queue, because both commit together. */
export const dispatchStore: Store = {
  schema: 'dispatch',
  migrations: [{ name: '0001-dispatch', sql: dispatch }],
};

/** Turns events into jobs: the jobs of a batch and the checkpoint are one transaction. */
export function createDispatcher(dependencies: {
  readonly pool: Pool;
  readonly queue: Pick<PostgresJobQueue, 'enqueueWithin'>;
  readonly jobsFor: (event: RecordedEvent) => readonly Job[];
}): Reader {
  const { pool, queue, jobsFor } = dependencies;
  return {
    name: dispatcherName,
    checkpoint: () => readDispatchCheckpoint(pool),
    apply(from, events) {
      const to = events.at(-1)?.position ?? from;
      const jobs = events.flatMap(jobsFor);
      return inTransaction(pool, async (client) => {
        if (!(await advanceCheckpoint(client, { schema: 'dispatch', reader: dispatcherName, from, to })))
          return 'moved';
        if (jobs.length > 0) await queue.enqueueWithin(client, jobs);
        return 'applied';
      });
    },
  };
}
