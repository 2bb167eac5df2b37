import type { ClientBase } from 'pg';
import type { Seal } from '../../../../core/journal';
import { sealColumns } from './seal-row';

const text = `INSERT INTO journal.seals (${sealColumns}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`;

/** @returns false when another process has sealed from the same position */
export async function insertSeal(client: Pick<ClientBase, 'query'>, seal: Seal): Promise<boolean> {
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  const values = [
    seal.partition,
    seal.firstPosition,
    seal.lastPosition,
    bytes(seal.digests),
    bytes(seal.previousHash),
    bytes(seal.hash),
  ];
  const result = await client.query({ name: 'journal-insert-seal', text, values });
  return result.rowCount === 1;
}
