import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { GuardedBalance } from '../../../../core/ports';

const text = `SELECT balance, amount_minor FROM journal.balances
  WHERE tenant = $1 AND balance > COALESCE($2, '') COLLATE "C"
  ORDER BY balance LIMIT $3`;

/** A tenant's balances in the order of their names. */
export async function listBalances(
  pool: Pool,
  tenant: TenantId,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly GuardedBalance[]> {
  const { rows } = await pool.query<{ balance: string; amount_minor: string }>({
    name: 'journal-list-balances',
    text,
    values: [tenant, page.after, page.limit],
  });
  return rows.map(({ balance, amount_minor }) => ({ balance, amountMinor: BigInt(amount_minor) }));
}
