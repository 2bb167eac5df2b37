import type { Pool } from 'pg';

const text =
  'SELECT ceil(extract(epoch FROM before) * 1000)::float8 AS before_ms FROM journal.answers_forgotten';

/** Answers from before this time may be forgotten: milliseconds since the epoch, and null when none is. */
export async function findForgotten(pool: Pool): Promise<number | null> {
  const { rows } = await pool.query<{ before_ms: number }>({ name: 'journal-find-forgotten', text });
  return rows[0]?.before_ms ?? null;
}
