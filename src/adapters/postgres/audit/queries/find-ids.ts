import type { ClientBase } from 'pg';
import type { AuditId } from '../../../../core/audit';
import { textArray } from '../../journal/binary-array';

const text = 'SELECT id FROM audit.entries WHERE id = ANY ($1::text[])';

/** Which of the ids are written already. */
export async function findIds(client: ClientBase, ids: readonly AuditId[]): Promise<ReadonlySet<AuditId>> {
  const result = await client.query<{ id: AuditId }>({
    name: 'audit-find-ids',
    text,
    values: [textArray(ids)],
  });
  return new Set(result.rows.map((row) => row.id));
}
