import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';

const text = 'SELECT amount_minor FROM journal.balances WHERE tenant = $1 AND balance = $2';

export async function readBalance(pool: Pool, tenant: TenantId, balance: string): Promise<bigint> {
  const { rows } = await pool.query<{ amount_minor: string }>({
    name: 'journal-read-balance',
    text,
    values: [tenant, balance],
  });
  return BigInt(rows[0]?.amount_minor ?? 0);
}
