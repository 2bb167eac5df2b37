import type { ClientBase } from 'pg';
import type { AccountId, LedgerAccount } from '../../../../core/ports';
import { type AccountRow, toAccount } from './account-row';

const text = `
  SELECT id, tenant, code, currency, balance, account_sequence
  FROM ledger.accounts WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE`;

/** The accounts that exist of those named, locked in the order of their ids. */
export async function lockAccounts(
  client: ClientBase,
  accountIds: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, LedgerAccount>> {
  const result = await client.query<AccountRow>({
    name: 'ledger-lock-accounts',
    text,
    values: [accountIds],
  });
  return new Map(result.rows.map((row) => [row.id, toAccount(row)]));
}
