import type { Pool } from 'pg';
import type { AuditId, EffectPage, EffectPageRequest } from '../../../../core/audit';

/** A range of the primary key: counting them all at once would take longer than a statement may. */
const text = `
  SELECT max(id) AS last, count(*) FILTER (WHERE position <= $3::bigint) AS count,
    COALESCE(max(position), 0) AS highest_position
  FROM (
    SELECT id, position FROM audit.entries WHERE id > $2 AND partition = $1 ORDER BY id LIMIT $4
  ) page`;

interface PageRow {
  readonly last: AuditId | null;
  readonly count: string;
  readonly highest_position: string;
}

export async function readEffectPage(
  pool: Pool,
  { partition, after, through, limit }: EffectPageRequest,
): Promise<EffectPage> {
  const result = await pool.query<PageRow>({
    name: 'audit-read-effect-page',
    text,
    // Every id sorts after the empty text.
    values: [partition, after ?? '', through, limit],
  });
  const row = result.rows[0];
  if (row === undefined) throw new Error('an aggregate returned no row');
  return { last: row.last, count: Number(row.count), highestPosition: Number(row.highest_position) };
}
