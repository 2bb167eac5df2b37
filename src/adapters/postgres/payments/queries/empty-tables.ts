import type { ClientBase } from 'pg';

/** Removes every row at once, whatever their number; waits for the queries that are reading. */
export async function emptyTables(client: ClientBase): Promise<void> {
  await client.query('TRUNCATE payments.metadata, payments.refunds, payments.charges');
}
