import type { Pool } from 'pg';
import { textArray } from '../../../postgres/journal/binary-array';

export interface FailedJob {
  readonly id: string;
  readonly leasedAt: string;
  readonly dead: boolean;
  readonly delayMs: number;
  readonly cause: string;
}

/**
 * A handler whose lease was lost reports nothing about the delivery that came after: the lease's start must match. A dead
 * letter is the row itself in the state `failed`: its key stays known, and it cannot be lost or doubled on the way.
 */
const text = `
  UPDATE jobs.jobs AS job SET
    state = CASE WHEN given.is_dead THEN 'failed' WHEN given.delay_ms > 0 THEN 'delayed' ELSE 'ready' END,
    due_at = now() + given.delay_ms * interval '1 ms',
    leased_until = NULL,
    failed_at = CASE WHEN given.is_dead THEN now() END,
    cause = given.cause
  FROM unnest($1::text[]::uuid[], $2::text[]::timestamptz[], $3::text[]::boolean[], $4::text[]::float8[], $5::text[])
    AS given (id, leased_at, is_dead, delay_ms, cause)
  WHERE job.id = ANY ($1::text[]::uuid[]) AND job.id = given.id AND job.state = 'ready'
    AND job.leased_at = given.leased_at AND job.leased_until IS NOT NULL`;

/** Writes a batch of failures: back in line for the next attempt, or among the dead letters. */
export async function failJobs(pool: Pool, failures: readonly FailedJob[]): Promise<void> {
  const column = (value: (failure: FailedJob) => string) => textArray(failures.map(value));
  await pool.query({
    name: 'jobs-fail',
    text,
    values: [
      column(({ id }) => id),
      column(({ leasedAt }) => leasedAt),
      column(({ dead }) => String(dead)),
      column(({ delayMs }) => String(delayMs)),
      // PostgreSQL's text cannot hold NUL, and one bad message must not hold up its neighbours' outcomes.
      column(({ cause }) => cause.replaceAll('\0', '\uFFFD')),
    ],
  });
}
