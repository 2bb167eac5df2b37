import type { ClientBase } from 'pg';

const text = 'UPDATE payments.checkpoints SET position = $3 WHERE partition = $1 AND position = $2';

/**
 * Moves the checkpoint, and locks it until the transaction ends: whoever races waits here and then finds it moved.
 * @returns false when it was not at `from`
 */
export async function moveCheckpoint(
  client: ClientBase,
  move: { readonly partition: number; readonly from: number; readonly to: number },
): Promise<boolean> {
  const result = await client.query({
    name: 'payments-move-checkpoint',
    text,
    values: [move.partition, move.from, move.to],
  });
  return result.rowCount === 1;
}
