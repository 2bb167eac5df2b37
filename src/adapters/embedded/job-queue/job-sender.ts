import type { PoolClient } from 'pg';
import type PgBoss from 'pg-boss';
import type { Job } from '../../../core/ports';
import { jobId } from './job-id';
import { withinTransaction } from './pg-boss-database';
import { addQueues, type SetupOptions } from './pg-boss-setup';
import { notifyQueues, type StoredJob } from './pg-boss-tables';

/** Enqueues within the transaction that the client has open. */
export type SendJobs = (client: PoolClient, jobs: readonly Job[]) => Promise<void>;

export interface SenderOptions extends SetupOptions {
  readonly boss: PgBoss;
  /** Where other processes hear of the jobs. */
  readonly channel: string;
}

/** One statement never carries more; a transaction may hold several. */
const maxInsert = 1_000;

export function createSender(options: SenderOptions): SendJobs {
  const { boss, channel } = options;
  const ensureQueues = queueRegistry(options);
  return async (client, jobs) => {
    const queues = [...new Set(jobs.map((job) => job.queue))];
    if (queues.length === 0) return;
    await ensureQueues(queues);
    const rows = jobs.map(toRow).sort(byId);
    for (let from = 0; from < rows.length; from += maxInsert) {
      await boss.insert(rows.slice(from, from + maxInsert), { db: withinTransaction(client) });
    }
    await notifyQueues(client, channel, queues);
  };
}

/** pg-boss silently drops jobs of a queue that it does not know: each is created before its first job. */
function queueRegistry(options: SetupOptions): (queues: readonly string[]) => Promise<void> {
  const known = new Set(options.queues);
  return async (queues) => {
    const missing = queues.filter((queue) => !known.has(queue));
    if (missing.length === 0) return;
    await addQueues({ ...options, queues: missing });
    for (const queue of missing) known.add(queue);
  };
}

function toRow(job: Job): PgBoss.JobInsert & { readonly id: string } {
  const stored: StoredJob = { name: job.name, key: job.key, data: job.data };
  return {
    id: jobId(job),
    name: job.queue,
    data: stored,
    // As an interval, so that the database's clock decides when it is due.
    ...(job.delayMs === undefined ? {} : { startAfter: `${String(job.delayMs)} milliseconds` }),
  };
}

/** Batches that share keys wait for each other in one order; in any other they could deadlock. */
const byId = (left: { readonly id: string }, right: { readonly id: string }): number =>
  left.id < right.id ? -1 : Number(left.id > right.id);
