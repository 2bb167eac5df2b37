import type { Pool } from 'pg';
import { type ChainHead, emptyChain } from '../../../../core/audit';

const text = "SELECT floor_sequence AS sequence, encode(floor_hash, 'hex') AS hash FROM audit.chain";

/** Reads the last refusal that was forgotten: the chain is verified from there. */
export async function readChainFloor(pool: Pool): Promise<ChainHead> {
  const { rows } = await pool.query<{ sequence: string; hash: string }>({
    name: 'audit-read-chain-floor',
    text,
  });
  const row = rows[0];
  return row === undefined ? emptyChain : { sequence: Number(row.sequence), hash: row.hash };
}
