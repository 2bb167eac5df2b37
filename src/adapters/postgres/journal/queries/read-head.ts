import type { Pool } from 'pg';

const text = 'SELECT position FROM journal.heads WHERE partition = $1';

export async function readHead(pool: Pool, partition: number): Promise<number> {
  const result = await pool.query<{ position: string }>({
    name: 'journal-read-head',
    text,
    values: [partition],
  });
  const row = result.rows[0];
  if (row === undefined) throw new Error(`the journal has no partition ${String(partition)}`);
  return Number(row.position);
}
