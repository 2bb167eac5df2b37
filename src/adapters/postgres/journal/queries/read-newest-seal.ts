import type { ClientBase } from 'pg';
import type { Seal } from '../../../../core/journal';
import { type SealRow, sealColumns, toSeal } from './seal-row';

const text = `SELECT ${sealColumns} FROM journal.seals WHERE partition = $1 ORDER BY first_position DESC LIMIT 1`;

/** Where sealing has come to; null before the first seal. */
export async function readNewestSeal(
  client: Pick<ClientBase, 'query'>,
  partition: number,
): Promise<Seal | null> {
  const result = await client.query<SealRow>({ name: 'journal-newest-seal', text, values: [partition] });
  const row = result.rows[0];
  return row === undefined ? null : toSeal(row);
}
