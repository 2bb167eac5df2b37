import type { Pool } from 'pg';
import type { Seal } from '../../../../core/journal';
import { sealColumns } from './seal-row';

const text = `INSERT INTO journal.seals (${sealColumns}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`;

/** @returns false when another process has sealed from the same position */
export async function insertSeal(pool: Pool, seal: Seal): Promise<boolean> {
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  const values = [
    seal.partition,
    seal.firstPosition,
    seal.lastPosition,
    bytes(seal.digests),
    bytes(seal.previousHash),
    bytes(seal.hash),
  ];
  const result = await pool.query({ name: 'journal-insert-seal', text, values });
  return result.rowCount === 1;
}
