import type { Pool } from 'pg';
import type { Job, Reader, RecordedEvent } from '../../../core/ports';
import { advanceCheckpoint } from '../../postgres/advance-checkpoint';
import type { Store } from '../../postgres/migrate';
import { type Transact, ownTransaction } from '../../postgres/transact';
import type { PostgresJobQueue } from '../job-queue/postgres-job-queue';
import type { DispatcherName } from './dispatcher-name';
import { readDispatchCheckpoint } from './read-checkpoint';
import dispatch from './migrations/0001-dispatch.sql';
import notices from './migrations/0002-notices.sql';
import webhooks from './migrations/0003-webhooks.sql';

/** Lives in the database of the job queue, because both commit together. */
export const dispatchStore: Store = {
  schema: 'dispatch',
  migrations: [
    { name: '0001-dispatch', sql: dispatch },
    { name: '0002-notices', sql: notices },
    { name: '0003-webhooks', sql: webhooks },
  ],
};

export interface DispatcherOptions {
  readonly name: DispatcherName;
  readonly pool: Pool;
  /** In the database that the pool reaches. @default a transaction for each batch */
  readonly transact?: Transact;
  readonly queue: Pick<PostgresJobQueue, 'enqueueWithin'>;
  /** The jobs of a batch. May read, and is asked again for a batch that could not be committed. */
  readonly jobsFor: (events: readonly RecordedEvent[]) => readonly Job[] | Promise<readonly Job[]>;
}

/** Turns events into jobs: the jobs of a batch and the checkpoint are one transaction. */
export function createDispatcher({ name, pool, queue, jobsFor, ...options }: DispatcherOptions): Reader {
  const { transact = ownTransaction(pool) } = options;
  return {
    name,
    checkpoint: () => readDispatchCheckpoint(pool, name),
    async apply(from, events) {
      const to = events.at(-1)?.position ?? from;
      const jobs = await jobsFor(events);
      return transact(name, async (client) => {
        if (!(await advanceCheckpoint(client, { schema: 'dispatch', reader: name, from, to })))
          return 'moved';
        if (jobs.length > 0) await queue.enqueueWithin(client, jobs);
        return 'applied';
      });
    },
  };
}
