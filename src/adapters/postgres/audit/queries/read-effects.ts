import type { Pool } from 'pg';
import type { AuditId, DoneEntry } from '../../../../core/audit';
import { textArray } from '../../journal/binary-array';
import { type DoneRow, entryColumns, toDoneEntry } from './entry-row';

const text = `SELECT ${entryColumns} FROM audit.entries WHERE id = ANY ($1::text[]) AND outcome = 'done'`;

/** The effects with these ids. */
export async function readEffects(pool: Pool, ids: readonly AuditId[]): Promise<readonly DoneEntry[]> {
  const result = await pool.query<DoneRow>({
    name: 'audit-read-effects',
    text,
    values: [textArray(ids)],
  });
  return result.rows.map(toDoneEntry);
}
