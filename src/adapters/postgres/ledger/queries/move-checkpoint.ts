import type { ClientBase } from 'pg';

/** The row is locked until the transaction ends: anyone who comes second waits, and then finds it moved. */
const text = `
  INSERT INTO ledger.checkpoints AS checkpoint (partition, position)
  SELECT $1, $3::bigint
  WHERE $2::bigint = 0 OR EXISTS (SELECT FROM ledger.checkpoints WHERE partition = $1)
  ON CONFLICT (partition) DO UPDATE SET position = EXCLUDED.position
  WHERE checkpoint.position = $2::bigint`;

/** @returns whether the checkpoint stood at `from` and now stands at `to`. */
export async function moveCheckpoint(
  client: ClientBase,
  partition: number,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<boolean> {
  const result = await client.query({
    name: 'ledger-move-checkpoint',
    text,
    values: [partition, from, to],
  });
  return result.rowCount === 1;
}
