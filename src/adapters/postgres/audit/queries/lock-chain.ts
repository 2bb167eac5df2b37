import type { ClientBase } from 'pg';
import type { ChainHead } from '../../../../core/audit';

const text = "SELECT sequence, encode(hash, 'hex') AS hash FROM audit.chain FOR UPDATE";

/** Where the chain ends, kept so until the transaction does. */
export async function lockChain(client: ClientBase): Promise<ChainHead> {
  const result = await client.query<{ sequence: string; hash: string }>({ name: 'audit-lock-chain', text });
  const row = result.rows[0];
  if (row === undefined) throw new Error('the audit has lost the row that says where its chain ends');
  return { sequence: Number(row.sequence), hash: row.hash };
}
