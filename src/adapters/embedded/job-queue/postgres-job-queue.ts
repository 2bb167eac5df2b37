import type { ClientBase } from 'pg';
import { type Job, type JobQueue, type Log, laneOf, silentLog } from '../../../core/ports';
import { inTransaction, openPool } from '../../postgres/pool';
import { startMaintenance } from './maintenance';
import { enqueueJobs } from './queries/enqueue-jobs';
import { plannerSettings } from './queries/planner-settings';
import { readDeadLetters } from './queries/read-dead-letters';
import { readDepths } from './queries/read-depths';
import { redriveDeadLetters } from './queries/redrive-dead-letters';
import { resolveDeadLetter } from './queries/resolve-dead-letter';
import { createWorkforce } from './workforce';

/** A retry of the dispatcher comes within seconds, an operator's rebuild within days. */
export const defaultKeepKeysDays = 3;

export interface PostgresJobQueueOptions {
  /** Of a database in which the migrations of `jobsStore` have run. */
  readonly connectionString: string;
  /** Queues whose depths are reported even while they are empty. @default [] */
  readonly queues?: readonly string[];
  /** How soon work is found when no notification came, and the jobs of a process that died. @default 1000 */
  readonly pollIntervalMs?: number;
  /** How long a completed job's key stays known. @default 3 */
  readonly keepKeysDays?: number;
  /** How often keys beyond that are forgotten, by one process of all. @default 600000 */
  readonly maintenanceIntervalMs?: number;
  /** Connections at most, besides the one that listens. @default 4 */
  readonly poolSize?: number;
  /** Evenly from 0 (included) to 1 (excluded); draws the waits between attempts. @default Math.random */
  readonly random?: () => number;
  /** @default nothing is logged */
  readonly log?: Log;
}

export interface PostgresJobQueue extends JobQueue {
  /**
   * Enqueues within the caller's transaction: the jobs become visible, and workers everywhere wake, when it
   * commits. The client may have dropped to the application role.
   */
  enqueueWithin(client: ClientBase, jobs: readonly Job[]): Promise<void>;
  /** Drains the workers and closes all connections. A second call waits for the first. */
  close(): Promise<void>;
}

/** The job queue on tables of PostgreSQL. @source docs/adr/0003 */
export function createPostgresJobQueue(options: PostgresJobQueueOptions): PostgresJobQueue {
  const { connectionString, queues = [], log = silentLog } = options;
  const pool = openPool({
    connectionString,
    size: options.poolSize ?? 4,
    applicationName: 'fincore-jobs',
    settings: plannerSettings,
    onError: (error) => log.warn({ err: error }, 'an idle connection of the job queue was lost'),
  });
  const workforce = createWorkforce({
    pool,
    connectionString,
    pollIntervalMs: options.pollIntervalMs ?? 1_000,
    random: options.random ?? Math.random,
    log,
  });
  const maintenance = startMaintenance(pool, {
    keepKeysDays: options.keepKeysDays ?? defaultKeepKeysDays,
    intervalMs: options.maintenanceIntervalMs ?? 600_000,
    log,
  });
  const close = async () => {
    await Promise.all([workforce.stop(), maintenance.stop()]);
    await pool.end();
  };
  let closed: Promise<void> | null = null;
  return {
    enqueueWithin: enqueueJobs,
    enqueue: async (jobs) => {
      if (jobs.length === 0) return;
      await inTransaction(pool, (client) => enqueueJobs(client, jobs));
      for (const job of jobs) workforce.wake(job.queue, laneOf(job), job.delayMs);
    },
    work: (workOptions) => workforce.work(workOptions),
    depths: () => readDepths(pool, queues),
    deadLetters: ({ queue = null, limit }) => readDeadLetters(pool, { queue, id: null, limit }),
    redrive: async ({ queue = null, id = null }) => {
      const redriven = await redriveDeadLetters(pool, { queue, id });
      for (const each of redriven) workforce.wake(each.queue, each.lane);
      return redriven.length;
    },
    resolve: async (id, keep) => {
      const [letter] = await readDeadLetters(pool, { queue: null, id, limit: 1 });
      if (letter === undefined) return false;
      await keep(letter);
      await resolveDeadLetter(pool, letter);
      return true;
    },
    close: () => (closed ??= close()),
  };
}
