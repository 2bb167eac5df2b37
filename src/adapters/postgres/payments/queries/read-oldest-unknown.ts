import type { Pool } from 'pg';

const text = `
  SELECT COALESCE(extract(epoch FROM clock_timestamp() - min(charge.created_at)) * 1000, 0)::double precision AS age_ms
  FROM payments.charges charge WHERE charge.status = 'unknown'`;

/** Age of the oldest charge whose outcome is unknown, in milliseconds, by the clock of the database; 0 when there is none. */
export async function readOldestUnknown(pool: Pool): Promise<number> {
  const found = await pool.query<{ age_ms: number }>(text);
  return Math.max(0, found.rows[0]?.age_ms ?? 0);
}
