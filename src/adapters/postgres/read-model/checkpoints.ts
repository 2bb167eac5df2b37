import type { ClientBase, Pool } from 'pg';

/** How far the reader of a schema has come in each partition of the journal: the table `<schema>.checkpoints`. */
export interface Checkpoints {
  read(pool: Pool, partition: number): Promise<number>;
  /**
   * Moves the checkpoint, and locks it until the transaction ends: a second process waits here and then finds it moved.
   * @returns false when it was not at `from`
   */
  move(
    client: ClientBase,
    place: { readonly partition: number; readonly from: number; readonly to: number },
  ): Promise<boolean>;
  /** Sets every partition back to the beginning, and locks the checkpoints until the transaction ends. */
  rewind(client: ClientBase): Promise<void>;
}

export const createCheckpoints = (schema: string): Checkpoints => ({
  async read(pool, partition) {
    const found = await pool.query<{ position: string }>({
      name: `${schema}-read-checkpoint`,
      text: `SELECT position FROM ${schema}.checkpoints WHERE partition = $1`,
      values: [partition],
    });
    const row = found.rows[0];
    if (row === undefined) throw new Error(`The schema ${schema} has no partition ${String(partition)}`);
    return Number(row.position);
  },
  async move(client, { partition, from, to }) {
    const moved = await client.query({
      name: `${schema}-move-checkpoint`,
      text: `UPDATE ${schema}.checkpoints SET position = $3 WHERE partition = $1 AND position = $2`,
      values: [partition, from, to],
    });
    return moved.rowCount === 1;
  },
  async rewind(client) {
    await client.query(`UPDATE ${schema}.checkpoints SET position = 0`);
  },
});
