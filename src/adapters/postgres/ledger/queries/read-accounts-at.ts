import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { AccountId, LedgerAccount } from '../../../../core/ports';
import { type AccountRow, toAccount } from './account-row';
import { sequenceAt } from './sequence-at';

/** One index probe per account, never a sum: the cost does not grow with the entries. */
const text = `
  SELECT a.id, a.tenant, a.code, a.currency, COALESCE(e.balance_after, 0) AS balance,
    COALESCE(e.account_sequence, 0) AS account_sequence
  FROM ledger.accounts a
  CROSS JOIN (SELECT ${sequenceAt({ tenant: '$1', timeMs: '$3', comparison: '<=' })} AS sequence) place
  LEFT JOIN LATERAL (
    SELECT balance_after, account_sequence FROM ledger.entries
    WHERE account_id = a.id AND sequence <= place.sequence ORDER BY sequence DESC LIMIT 1) e ON true
  WHERE a.tenant = $1 AND ($2::text IS NULL OR a.id = $2) ORDER BY a.code, a.currency`;

/** A tenant's accounts, or the one of them with this id, as they stood at a time. */
export async function readAccountsAt(
  pool: Pool,
  tenant: TenantId,
  accountId: AccountId | null,
  asOfMs: number,
): Promise<readonly LedgerAccount[]> {
  const result = await pool.query<AccountRow>({
    name: 'ledger-read-accounts-at',
    text,
    values: [tenant, accountId, asOfMs],
  });
  return result.rows.map(toAccount);
}
