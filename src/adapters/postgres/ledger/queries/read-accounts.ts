import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { AccountId, LedgerAccount } from '../../../../core/ports';
import { type AccountRow, toAccount } from './account-row';

const text = `
  SELECT id, tenant, code, currency, balance, account_sequence FROM ledger.accounts
  WHERE tenant = $1 AND ($2::text IS NULL OR id = $2) ORDER BY code, currency`;

/** A tenant's accounts as they are now, or the one of them with this id. */
export async function readAccounts(
  pool: Pool,
  tenant: TenantId,
  accountId: AccountId | null,
): Promise<readonly LedgerAccount[]> {
  const result = await pool.query<AccountRow>({
    name: 'ledger-read-accounts',
    text,
    values: [tenant, accountId],
  });
  return result.rows.map(toAccount);
}
