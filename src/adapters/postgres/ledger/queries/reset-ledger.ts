import type { ClientBase } from 'pg';

/**
 * Several statements in one message are one transaction. The checkpoints come first, as in the reader, so that
 * a batch in progress finishes before the tables are emptied, and the next one finds its checkpoint moved.
 */
const text = `
  UPDATE ledger.checkpoints SET position = 0;
  TRUNCATE ledger.entries, ledger.transactions, ledger.accounts, ledger.chains;`;

/** Empties the ledger and sets every checkpoint to 0. Only the owner may. */
export async function resetLedger(client: ClientBase): Promise<void> {
  await client.query(text);
}
