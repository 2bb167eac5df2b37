import type { Pool } from 'pg';
import type { RefusedEntry } from '../../../../core/audit';
import { type RefusedRow, entryColumns, toRefusedEntry } from './entry-row';

const text = `SELECT ${entryColumns} FROM audit.entries WHERE sequence > $1 ORDER BY sequence LIMIT $2`;

/** The next refusals of the chain after a sequence. */
export async function readRefusals(
  pool: Pool,
  after: number,
  limit: number,
): Promise<readonly RefusedEntry[]> {
  const result = await pool.query<RefusedRow>({ name: 'audit-read-refusals', text, values: [after, limit] });
  return result.rows.map(toRefusedEntry);
}
