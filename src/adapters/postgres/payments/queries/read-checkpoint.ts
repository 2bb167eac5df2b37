import type { Pool } from 'pg';

const text = 'SELECT position FROM payments.checkpoints WHERE partition = $1';

export async function readCheckpoint(pool: Pool, partition: number): Promise<number> {
  const result = await pool.query<{ position: string }>({
    name: 'payments-read-checkpoint',
    text,
    values: [partition],
  });
  const row = result.rows[0];
  if (row === undefined) throw new Error(`PaymentDB has no partition ${String(partition)}`);
  return Number(row.position);
}
