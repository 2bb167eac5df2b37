import type { Pool } from 'pg';

// By induction over the positions, no event without its predecessor means that no stream has a gap.
const text = `SELECT e.position, e.stream, e.version
  FROM journal.events e
  WHERE e.partition = $1 AND e.position > $2 AND e.position <= $3 AND e.version > 1 AND NOT EXISTS (
    SELECT FROM journal.events p
    WHERE p.stream = e.stream AND p.version = e.version - 1
      AND p.partition = e.partition AND p.tenant = e.tenant AND p.position < e.position)
  ORDER BY e.position LIMIT 1`;

export interface VersionGap {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
}

/** The first event after `from`, up to `to`, that does not follow the version before it in its stream. */
export async function findVersionGap(
  pool: Pool,
  partition: number,
  range: { readonly from: number; readonly to: number },
): Promise<VersionGap | null> {
  const result = await pool.query<{ position: string; stream: string; version: number }>({
    name: 'journal-find-version-gap',
    text,
    values: [partition, range.from, range.to],
  });
  const row = result.rows[0];
  return row === undefined ? null : { ...row, position: Number(row.position) };
}
