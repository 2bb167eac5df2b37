import type { Pool } from 'pg';

const text = 'SELECT audit.forget_refusals($1, $2) AS count';

/** Forgets up to `limit` refusals from before so many days, 30 or more, the oldest first. @returns how many */
export async function forgetRefusals(pool: Pool, keepDays: number, limit: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(text, [keepDays, limit]);
  return rows[0]?.count ?? 0;
}
