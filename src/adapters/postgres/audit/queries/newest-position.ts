import type { Pool } from 'pg';

const text = `SELECT position FROM audit.entries WHERE outcome = 'done' ORDER BY id DESC LIMIT 1`;

/** The position of the event of the newest entry; 0 where there is none. Ids of effects sort by their events. */
export async function newestAuditPosition(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ position: string }>(text);
  return Number(rows[0]?.position ?? 0);
}
