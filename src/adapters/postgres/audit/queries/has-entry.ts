import type { Pool } from 'pg';
import type { AuditId, AuditScope } from '../../../../core/audit';

const text =
  'SELECT EXISTS (SELECT FROM audit.entries WHERE id = $1::text AND ($2::text IS NULL OR tenant = $2)) AS exists';

/** Whether the scope has an entry with this id. */
export async function hasEntry(pool: Pool, scope: AuditScope, id: AuditId): Promise<boolean> {
  const { rows } = await pool.query<{ exists: boolean }>({
    name: 'audit-has-entry',
    text,
    values: [id, scope.kind === 'tenant' ? scope.tenant : null],
  });
  return rows[0]?.exists === true;
}
