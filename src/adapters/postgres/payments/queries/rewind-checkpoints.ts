import type { ClientBase } from 'pg';

/** Sets every partition back to the beginning, and locks the checkpoints until the transaction ends. */
export async function rewindCheckpoints(client: ClientBase): Promise<void> {
  await client.query('UPDATE payments.checkpoints SET position = 0');
}
