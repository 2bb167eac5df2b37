import type { Pool, PoolClient } from 'pg';
import PgBoss from 'pg-boss';
import { assert } from '../../../core/kernel';
import {
  type DeadLetterRecord,
  type Job,
  type JobQueue,
  type Log,
  leaseLostCause,
  silentLog,
} from '../../../core/ports';
import { inTransaction, openPool } from '../../postgres/pool';
import { createSender } from './job-sender';
import { pgBossDatabase } from './pg-boss-database';
import { setUpPgBoss } from './pg-boss-setup';
import {
  notifyQueues,
  plannerSettings,
  readDeadLetters,
  readDepths,
  redriveDeadLetters,
  resolveDeadLetter,
  type DeadLetterRow,
} from './pg-boss-tables';
import { createWorkforce } from './workforce';

export interface PostgresJobQueueOptions {
  /** The running work has the rights of the application role. */
  readonly connectionString: string;
  /** Names the owner of the queue's tables, for the set-up. @default the same */
  readonly ownerConnectionString?: string;
  /** @default 'pgboss' */
  readonly schema?: string;
  /** Queues to create at the start; any other is created before its first job. @default [] */
  readonly queues?: readonly string[];
  /** How soon work is found when no notification came. @default 500 */
  readonly pollIntervalMs?: number;
  /** How soon a lease that ran out is found. @default 1000 */
  readonly reapIntervalMs?: number;
  /** How long a completed job's key stays known. @default 3 */
  readonly keepCompletedDays?: number;
  /** How often completed jobs beyond that are cleared away, by one process of all. @default 600 */
  readonly maintenanceIntervalSeconds?: number;
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
  enqueueWithin(client: PoolClient, jobs: readonly Job[]): Promise<void>;
  /** Drains the workers and closes all connections. A second call waits for the first. */
  close(): Promise<void>;
}

const daySeconds = 86_400;
/** Waiting jobs and dead letters are never cleared away: each may be somebody's payment. */
const keptForDays = 36_500;
const plainName = /^[a-z_][a-z0-9_]{0,49}$/;

/** A durable job queue in PostgreSQL, on pg-boss. Ready when the promise resolves. */
export async function createPostgresJobQueue(options: PostgresJobQueueOptions): Promise<PostgresJobQueue> {
  const { connectionString, schema = 'pgboss', queues = [], log = silentLog } = options;
  assert(plainName.test(schema), `"${schema}" is not a schema of lower-case letters, digits and underscores`);
  const setup = { connectionString: options.ownerConnectionString ?? connectionString, schema, queues };
  await setUpPgBoss(setup);
  const pool = openPool({
    connectionString,
    size: options.poolSize ?? 4,
    applicationName: 'fincore-jobs',
    settings: plannerSettings,
    onError: (error) => log.warn({ err: error }, 'an idle connection of the job queue was lost'),
  });
  const boss = createBoss(pool, schema, options);
  boss.on('error', (error) => log.error({ err: error }, 'clearing away old jobs failed; trying again later'));
  await boss.start();
  const channel = `${schema}_jobs`;
  const tables = { pool, schema };
  const workforce = createWorkforce({
    tables,
    connectionString,
    channel,
    pollIntervalMs: options.pollIntervalMs ?? 500,
    reapIntervalMs: options.reapIntervalMs ?? 1_000,
    random: options.random ?? Math.random,
    log,
  });
  const enqueueWithin = createSender({ ...setup, boss, channel });
  const close = async () => {
    await workforce.stop();
    await boss.stop({ graceful: false });
    await pool.end();
  };
  let closed: Promise<void> | null = null;
  return {
    enqueueWithin,
    enqueue: async (jobs) => {
      if (jobs.length === 0) return;
      await inTransaction(pool, (client) => enqueueWithin(client, jobs));
      for (const { queue, delayMs } of jobs) workforce.wake(queue, delayMs);
    },
    work: (workOptions) => workforce.work(workOptions),
    depths: () => readDepths(tables),
    deadLetters: async ({ queue = null, limit }) =>
      (await readDeadLetters(tables, { queue, limit })).map(toRecord),
    redrive: async ({ queue = null, id = null }) => {
      const redriven = await inTransaction(pool, async (client) => {
        const queues = await redriveDeadLetters(client, schema, { queue, id });
        await notifyQueues(client, channel, [...new Set(queues)]);
        return queues;
      });
      for (const name of new Set(redriven)) workforce.wake(name);
      return redriven.length;
    },
    resolve: async (id, keep) => {
      const [row] = await readDeadLetters(tables, { queue: null, id, limit: 1 });
      if (row === undefined) return false;
      await keep(toRecord(row));
      await resolveDeadLetter(tables, row);
      return true;
    },
    close: () => (closed ??= close()),
  };
}

function createBoss(pool: Pool, schema: string, options: PostgresJobQueueOptions): PgBoss {
  const { keepCompletedDays = 3, maintenanceIntervalSeconds = 600 } = options;
  return new PgBoss({
    db: pgBossDatabase(pool),
    schema,
    migrate: false,
    schedule: false,
    supervise: true,
    maintenanceIntervalSeconds,
    archiveCompletedAfterSeconds: keepCompletedDays * daySeconds,
    archiveFailedAfterSeconds: keptForDays * daySeconds,
    retentionDays: keptForDays,
    deleteAfterDays: 1,
  });
}

function toRecord({ id, queue, stored, attempts, output, failedAt }: DeadLetterRow): DeadLetterRecord {
  const cause = output?.message ?? output?.value?.message ?? leaseLostCause(output?.leaseMs ?? 0);
  return { id, job: { queue, ...stored }, attempts, cause, failedAt };
}
