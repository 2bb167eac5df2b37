/**
 * Every statement that this adapter itself runs on pg-boss' tables (schema version 24, pg-boss 10.4.2).
 *
 * pg-boss creates and migrates the tables, inserts the jobs and clears away old ones. What it
 * cannot do the way payments need it is said here: leases in milliseconds of database time, fenced outcomes,
 * full jitter per job, an index for each question, errors that reach the caller. ADR 0003 gives the reasons.
 */
import type { ClientBase, Pool } from 'pg';
import type { JsonObject } from '../../../core/kernel';
import type { DeadLetterRecord, QueueDepth } from '../../../core/ports';

export interface JobTables {
  readonly pool: Pool;
  readonly schema: string;
}

/** What pg-boss keeps as the data of a row. Its column `name` holds the queue. */
export interface StoredJob {
  readonly name: string;
  readonly key: string;
  readonly data: JsonObject;
}

/** A job that this process may work on until its lease ends. */
export interface LeasedJob {
  readonly id: string;
  readonly stored: StoredJob;
  readonly attempt: number;
  /** The database time of this delivery: no other delivery of the same job has the same one. */
  readonly leasedAt: string;
  /** Since when it could be done, by database time, milliseconds since the epoch. */
  readonly dueAt: number;
}

export interface LeaseRequest {
  readonly queue: string;
  readonly limit: number;
  readonly leaseMs: number;
  readonly maxAttempts: number;
  /** Only jobs that were due at this time or later, milliseconds since the epoch; 0 stands for all. */
  readonly dueFrom: number;
}

/**
 * Planner settings for the connections that run these statements. A queue's table changes faster than its
 * statistics: believing it almost empty, the planner sorts a backlog for each lease, or reads the whole table.
 * Every statement here has its index, and with these settings takes it. Ids are compared with an array and not
 * only joined: of a join with an almost empty table the planner kept the queue's name alone as the condition of the
 * index, and each lease read all rows of the queue once for each job.
 */
export const plannerSettings = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const;

/** Dead letters and running leases are few among many completed rows: each question has its small index. */
export async function createIndexes(client: ClientBase, schema: string): Promise<void> {
  await client.query(
    `CREATE INDEX IF NOT EXISTS fincore_active ON ${schema}.job (name, started_on) WHERE state = 'active'`,
  );
  await client.query(
    `CREATE INDEX IF NOT EXISTS fincore_dead ON ${schema}.job (name, completed_on) WHERE state = 'failed'`,
  );
}

/**
 * Takes up to `limit` due jobs, the longest due first, by pg-boss' own index on (name, start_after).
 * The delivery is counted here, before the handler runs, so that a job that kills its process uses up its
 * attempts too. The row keeps the terms of its lease, so that any process can tell when it has run out.
 */
export async function leaseJobs(
  { pool, schema }: JobTables,
  request: LeaseRequest,
): Promise<readonly LeasedJob[]> {
  const result = await pool.query<LeasedJob>({
    name: 'fincore-lease-jobs',
    text: `
      WITH due AS (
        SELECT id
        FROM ${schema}.job
        WHERE name = $1 AND state < 'active' AND start_after <= now()
          AND start_after >= to_timestamp($5::float8 / 1000)
        ORDER BY start_after
        LIMIT $2
        FOR UPDATE SKIP LOCKED
      )
      UPDATE ${schema}.job j SET
        state = 'active',
        retry_count = CASE WHEN j.started_on IS NULL THEN 0 ELSE j.retry_count + 1 END,
        started_on = now(),
        expire_in = $3::int * interval '1 ms',
        retry_limit = $4::int - 1
      WHERE j.name = $1 AND j.id = ANY (ARRAY(SELECT id FROM due))
      RETURNING j.id, j.data AS stored, j.retry_count + 1 AS attempt, j.started_on::text AS "leasedAt",
        (extract(epoch FROM j.start_after) * 1000)::float8 AS "dueAt"`,
    values: [request.queue, request.limit, request.leaseMs, request.maxAttempts, request.dueFrom],
  });
  return result.rows;
}

/** Marks a batch as done. A late handler may say so too: the work is done, no matter who holds the lease now. */
export async function completeJobs(
  { pool, schema }: JobTables,
  queue: string,
  ids: readonly string[],
): Promise<void> {
  await pool.query({
    name: 'fincore-complete-jobs',
    text: `
      UPDATE ${schema}.job SET state = 'completed', completed_on = now(), output = NULL
      WHERE name = $1 AND id = ANY ($2::uuid[]) AND state = 'active'`,
    values: [queue, ids],
  });
}

export interface FailedJob {
  readonly id: string;
  readonly leasedAt: string;
  readonly dead: boolean;
  readonly delayMs: number;
  readonly cause: string;
}

/**
 * Writes a batch of failures: back to wait for the next attempt, or among the dead letters. A dead letter is
 * the row itself in state `failed`: its key stays known, and nothing can be lost or doubled on the way.
 * A handler whose lease was lost says nothing about the delivery that came after: `started_on` must match.
 */
export async function failJobs(
  { pool, schema }: JobTables,
  queue: string,
  failures: readonly FailedJob[],
): Promise<void> {
  await pool.query({
    name: 'fincore-fail-jobs',
    text: `
      UPDATE ${schema}.job j SET
        state = CASE WHEN f.dead THEN 'failed' ELSE 'retry' END::${schema}.job_state,
        start_after = now() + f.delay_ms * interval '1 ms',
        completed_on = CASE WHEN f.dead THEN now() END,
        output = jsonb_build_object('message', f.cause)
      FROM unnest($2::uuid[], $3::timestamptz[], $4::bool[], $5::float8[], $6::text[])
        AS f (id, leased_at, dead, delay_ms, cause)
      WHERE j.name = $1 AND j.id = ANY ($2::uuid[]) AND j.id = f.id AND j.state = 'active'
        AND j.started_on = f.leased_at`,
    values: [
      queue,
      failures.map((failure) => failure.id),
      failures.map((failure) => failure.leasedAt),
      failures.map((failure) => failure.dead),
      failures.map((failure) => failure.delayMs),
      // PostgreSQL's text cannot hold NUL, and one bad message must not hold up its neighbours' outcomes.
      failures.map((failure) => failure.cause.replaceAll('\0', '\uFFFD')),
    ],
  });
}

export interface LostLease {
  readonly queue: string;
  readonly id: string;
  readonly leaseMs: number;
  readonly attempts: number;
  readonly dead: boolean;
}

/** One round of the reaper; what is left over waits for the next. */
const leasesPerRound = 1_000;

/** Ends the leases that ran out by the database's clock: back in line at once, or dead after the last attempt. */
export async function expireLeases({ pool, schema }: JobTables): Promise<readonly LostLease[]> {
  const result = await pool.query<LostLease>({
    name: 'fincore-expire-leases',
    text: `
      WITH lost AS (
        SELECT name, id
        FROM ${schema}.job
        WHERE state = 'active' AND started_on + expire_in < now()
        ORDER BY name, id
        LIMIT ${String(leasesPerRound)}
        FOR UPDATE SKIP LOCKED
      )
      UPDATE ${schema}.job j SET
        state = CASE WHEN j.retry_count < j.retry_limit THEN 'retry' ELSE 'failed' END::${schema}.job_state,
        start_after = now(),
        completed_on = CASE WHEN j.retry_count < j.retry_limit THEN NULL ELSE now() END,
        output = jsonb_build_object('leaseMs', round(extract(epoch FROM j.expire_in) * 1000))
      FROM lost
      WHERE j.id = ANY (ARRAY(SELECT id FROM lost)) AND j.name = lost.name AND j.id = lost.id
      RETURNING j.name AS queue, j.id, j.retry_count + 1 AS attempts, j.state = 'failed' AS dead,
        round(extract(epoch FROM j.expire_in) * 1000)::float8 AS "leaseMs"`,
  });
  return result.rows;
}

export type DeadLetterRow = Pick<DeadLetterRecord, 'id' | 'attempts' | 'failedAt'> & {
  readonly queue: string;
  readonly stored: StoredJob;
  /** `message` where the handler threw (or pg-boss wrote its own), `leaseMs` where the lease ran out. */
  readonly output: {
    readonly message?: string;
    readonly leaseMs?: number;
    readonly value?: { readonly message?: string };
  } | null;
};

/** The newest first. */
export async function readDeadLetters(
  { pool, schema }: JobTables,
  query: { readonly queue: string | null; readonly id?: string; readonly limit: number },
): Promise<readonly DeadLetterRow[]> {
  const result = await pool.query<DeadLetterRow>({
    text: `
      SELECT id, name AS queue, data AS stored, retry_count + 1 AS attempts, output,
        floor(extract(epoch FROM completed_on) * 1000)::float8 AS "failedAt"
      FROM ${schema}.job
      WHERE state = 'failed' AND ($1::text IS NULL OR name = $1) AND ($3::text IS NULL OR id::text = $3)
      ORDER BY completed_on DESC, id
      LIMIT $2`,
    values: [query.queue, query.limit, query.id ?? null],
  });
  return result.rows;
}

/** Puts dead letters back in line as if they had never been delivered. @returns the queue of each. */
export async function redriveDeadLetters(
  client: ClientBase,
  schema: string,
  query: { readonly queue: string | null; readonly id: string | null },
): Promise<readonly string[]> {
  const result = await client.query<{ queue: string }>({
    text: `
      UPDATE ${schema}.job SET
        state = 'retry', retry_count = 0, started_on = NULL, start_after = now(), completed_on = NULL, output = NULL
      WHERE state = 'failed' AND ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR id::text = $2)
      RETURNING name AS queue`,
    values: [query.queue, query.id],
  });
  return result.rows.map((row) => row.queue);
}

/** Takes a dead letter out that died at `failedAt`; one that was redriven and died again since then stays. */
export async function resolveDeadLetter(
  { pool, schema }: JobTables,
  { id, failedAt }: { readonly id: string; readonly failedAt: number },
): Promise<void> {
  await pool.query({
    text: `
      UPDATE ${schema}.job SET state = 'cancelled'
      WHERE state = 'failed' AND id::text = $1
        AND floor(extract(epoch FROM completed_on) * 1000)::float8 = $2`,
    values: [id, failedAt],
  });
}

/** Counts by the three partial indexes; completed rows are never read. */
export async function readDepths({ pool, schema }: JobTables): Promise<readonly QueueDepth[]> {
  const result = await pool.query<QueueDepth>({
    text: `
      SELECT q.name AS queue, waiting.jobs AS waiting, active.jobs AS active, dead.jobs AS dead,
        greatest(0, coalesce(floor(extract(epoch FROM now() - waiting.oldest) * 1000), 0))::float8
          AS "oldestWaitingMs"
      FROM ${schema}.queue q
      CROSS JOIN LATERAL (
        SELECT count(*)::float8 AS jobs, min(start_after) AS oldest
        FROM ${schema}.job WHERE name = q.name AND state < 'active'
      ) waiting
      CROSS JOIN LATERAL (
        SELECT count(*)::float8 AS jobs FROM ${schema}.job WHERE name = q.name AND state = 'active'
      ) active
      CROSS JOIN LATERAL (
        SELECT count(*)::float8 AS jobs FROM ${schema}.job WHERE name = q.name AND state = 'failed'
      ) dead
      ORDER BY q.name`,
  });
  return result.rows;
}

/** Tells every process that listens on `channel` that these queues have work; heard when the sender commits. */
export async function notifyQueues(
  client: ClientBase,
  channel: string,
  queues: readonly string[],
): Promise<void> {
  await client.query({
    name: 'fincore-notify-queues',
    text: `SELECT pg_notify($1, queue) FROM unnest($2::text[]) AS queue`,
    values: [channel, queues],
  });
}
