import type { Pool } from 'pg';
import type { Seal } from '../../../../core/journal';
import { type SealRow, sealColumns, toSeal } from './seal-row';

const text = `SELECT ${sealColumns} FROM journal.seals WHERE partition = $1 ORDER BY first_position DESC LIMIT 1`;

/** Where sealing has come to; null before the first seal. */
export async function readNewestSeal(pool: Pool, partition: number): Promise<Seal | null> {
  const result = await pool.query<SealRow>({ name: 'journal-newest-seal', text, values: [partition] });
  const row = result.rows[0];
  return row === undefined ? null : toSeal(row);
}
