import type { ClientBase } from 'pg';

/**
 * Moves a reader's checkpoint, in the transaction of what the reader derived. The row lock that this takes
 * lets a second process wait, and then see that the checkpoint has moved.
 * @param schema of the reader's store, which has a table `checkpoints(reader, position)`
 * @returns whether the checkpoint was at `from`
 */
export async function advanceCheckpoint(
  client: ClientBase,
  checkpoint: {
    readonly schema: string;
    readonly reader: string;
    readonly from: number;
    readonly to: number;
  },
): Promise<boolean> {
  const { schema, reader, from, to } = checkpoint;
  const moved = await client.query(
    `UPDATE ${schema}.checkpoints SET position = $3 WHERE reader = $1 AND position = $2`,
    [reader, from, to],
  );
  return moved.rowCount === 1;
}
