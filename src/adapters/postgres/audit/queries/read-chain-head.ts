import type { Pool } from 'pg';
import { type ChainHead, emptyChain } from '../../../../core/audit';

const text = "SELECT sequence, encode(hash, 'hex') AS hash FROM audit.chain";

/** Where the chain ends; a lost row counts as an empty chain, which the verifier tells from the entries. */
export async function readChainHead(pool: Pool): Promise<ChainHead> {
  const result = await pool.query<{ sequence: string; hash: string }>({
    name: 'audit-read-chain-head',
    text,
  });
  const row = result.rows[0];
  return row === undefined ? emptyChain : { sequence: Number(row.sequence), hash: row.hash };
}
