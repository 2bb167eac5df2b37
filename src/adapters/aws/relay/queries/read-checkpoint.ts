import type { Pool } from 'pg';

const text = "SELECT position FROM relay.checkpoints WHERE reader = 'relay'";

/** Up to where events have been published and their jobs sent; 0 before the first. */
export async function readRelayCheckpoint(pool: Pool): Promise<number> {
  const found = await pool.query<{ position: string }>(text);
  return Number(found.rows[0]?.position ?? 0);
}
