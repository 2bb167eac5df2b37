import type { Pool } from 'pg';

const text = 'SELECT position FROM audit.checkpoints WHERE partition = $1';

/** The position up to which the partition has been read; 0 for a partition that is new. */
export async function readCheckpoint(pool: Pool, partition: number): Promise<number> {
  const result = await pool.query<{ position: string }>({
    name: 'audit-read-checkpoint',
    text,
    values: [partition],
  });
  return Number(result.rows[0]?.position ?? 0);
}
