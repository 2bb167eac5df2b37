import type { Pool } from 'pg';
import type { Seal } from '../../../../core/journal';
import { type SealRow, sealColumns, toSeal } from './seal-row';

const text = `SELECT ${sealColumns} FROM journal.seals WHERE partition = $1 AND first_position > $2 ORDER BY first_position LIMIT $3`;

/** Seals that begin after a position, in order. */
export async function readSeals(
  pool: Pool,
  partition: number,
  position: number,
  limit: number,
): Promise<readonly Seal[]> {
  const result = await pool.query<SealRow>({
    name: 'journal-read-seals',
    text,
    values: [partition, position, limit],
  });
  return result.rows.map(toSeal);
}
