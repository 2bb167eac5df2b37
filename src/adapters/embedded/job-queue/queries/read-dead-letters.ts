import type { Pool } from 'pg';
import type { JsonObject } from '../../../../core/kernel';
import type { DeadLetterRecord } from '../../../../core/ports';

export interface DeadLetterQuery {
  readonly queue: string | null;
  readonly id: string | null;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  readonly key: string;
  readonly data: JsonObject;
  readonly attempts: number;
  readonly cause: string;
  readonly failedAt: number;
}

const text = `
  SELECT id, queue, name, key, data, attempts, cause, floor(extract(epoch FROM failed_at) * 1000)::float8 AS "failedAt"
  FROM jobs.jobs
  WHERE state = 'failed' AND ($1::text IS NULL OR queue = $1) AND ($2::text IS NULL OR id::text = $2)
  ORDER BY failed_at DESC, id
  LIMIT $3`;

/** The newest first. */
export async function readDeadLetters(
  pool: Pool,
  { queue, id, limit }: DeadLetterQuery,
): Promise<readonly DeadLetterRecord[]> {
  const found = await pool.query<Row>({ text, values: [queue, id, limit] });
  return found.rows.map(({ name, key, data, ...row }) => ({
    id: row.id,
    job: { queue: row.queue, name, key, data },
    attempts: row.attempts,
    cause: row.cause,
    failedAt: row.failedAt,
  }));
}
