import type { Pool } from 'pg';
import type { DispatcherName } from './dispatcher-name';

const text = 'SELECT position FROM dispatch.checkpoints WHERE reader = $1';

/** Up to where events have become jobs; 0 before the first. */
export async function readDispatchCheckpoint(pool: Pool, name: DispatcherName): Promise<number> {
  const found = await pool.query<{ position: string }>(text, [name]);
  return Number(found.rows[0]?.position ?? 0);
}
