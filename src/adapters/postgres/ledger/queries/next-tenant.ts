import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';

/** One index probe per table: a tenant with rows in any of them is found, also where tampering left only some. */
const text = `
  SELECT LEAST(
    (SELECT tenant FROM ledger.entries WHERE tenant > $1 ORDER BY tenant LIMIT 1),
    (SELECT tenant FROM ledger.transactions WHERE tenant > $1 ORDER BY tenant LIMIT 1),
    (SELECT tenant FROM ledger.accounts WHERE tenant > $1 ORDER BY tenant LIMIT 1),
    (SELECT tenant FROM ledger.chains WHERE tenant > $1 ORDER BY tenant LIMIT 1)) AS tenant`;

/** The first tenant after this text, in byte order; null after the last. */
export async function nextTenant(pool: Pool, after: string): Promise<TenantId | null> {
  const result = await pool.query<{ tenant: TenantId | null }>({
    name: 'ledger-next-tenant',
    text,
    values: [after],
  });
  return result.rows[0]?.tenant ?? null;
}
