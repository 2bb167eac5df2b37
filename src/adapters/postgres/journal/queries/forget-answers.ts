import type { Pool } from 'pg';

const text = 'SELECT journal.forget_answers($1, $2) AS count';

/** Forgets up to `limit` answers that were given before so many days, 30 or more. @returns how many */
export async function forgetAnswers(pool: Pool, keepDays: number, limit: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(text, [keepDays, limit]);
  return rows[0]?.count ?? 0;
}
