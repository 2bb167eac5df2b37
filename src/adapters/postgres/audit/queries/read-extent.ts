import type { Pool } from 'pg';
import type { AuditExtent } from '../../../../core/audit';

/** One statement, so that both are of one instant. */
const text = `
  SELECT COALESCE((SELECT position FROM audit.checkpoints WHERE partition = $1), 0) AS checkpoint,
    (SELECT count(*) FROM audit.entries WHERE partition = $1) AS entry_count`;

export async function readExtent(pool: Pool, partition: number): Promise<AuditExtent> {
  const result = await pool.query<{ checkpoint: string; entry_count: string }>({
    name: 'audit-read-extent',
    text,
    values: [partition],
  });
  const row = result.rows[0];
  return { checkpoint: Number(row?.checkpoint ?? 0), entryCount: Number(row?.entry_count ?? 0) };
}
