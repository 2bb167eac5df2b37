import type { Pool } from 'pg';

const text = `
  SELECT count(*)::integer AS count,
    COALESCE(extract(epoch FROM clock_timestamp() - min(charge.created_at)) * 1000, 0)::double precision AS age_ms
  FROM payments.charges charge WHERE charge.status = 'unknown'`;

/** The charges whose outcome is unknown. */
export interface UnknownCharges {
  readonly count: number;
  /** Age of the oldest, by the clock of the database; 0 when there is none. */
  readonly oldestAgeMs: number;
}

export async function readUnknownCharges(pool: Pool): Promise<UnknownCharges> {
  const found = await pool.query<{ count: number; age_ms: number }>(text);
  const { count, age_ms: ageMs } = found.rows[0] ?? { count: 0, age_ms: 0 };
  return { count, oldestAgeMs: Math.max(0, ageMs) };
}
