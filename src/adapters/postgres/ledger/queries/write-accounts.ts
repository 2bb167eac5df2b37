import type { ClientBase } from 'pg';
import type { LedgerAccount } from '../../../../core/ports';
import { textArray } from '../../journal/binary-array';

const text = `
  INSERT INTO ledger.accounts (id, tenant, code, currency, balance, account_sequence)
  SELECT id, tenant, code, currency, balance::numeric, account_sequence::bigint
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    AS a (id, tenant, code, currency, balance, account_sequence)
  ON CONFLICT (id) DO UPDATE SET balance = EXCLUDED.balance, account_sequence = EXCLUDED.account_sequence`;

/** Opens the accounts that are new and sets the balances of all, in the order given: sorted by id. */
export async function writeAccounts(client: ClientBase, accounts: readonly LedgerAccount[]): Promise<void> {
  await client.query({
    name: 'ledger-write-accounts',
    text,
    values: [
      textArray(accounts.map((account) => account.accountId)),
      textArray(accounts.map((account) => account.tenant)),
      textArray(accounts.map((account) => account.code)),
      textArray(accounts.map((account) => account.currency)),
      textArray(accounts.map((account) => account.balanceMinor.toString())),
      textArray(accounts.map((account) => account.accountSequence.toString())),
    ],
  });
}
