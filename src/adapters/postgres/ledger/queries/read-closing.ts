import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { TenantClosing } from '../../../../core/ports';
import { type AccountRow, toAccount } from './account-row';
import { chainColumns, type ChainRow, toChainHead } from './chain-row';

/** One statement has one snapshot, so the parts belong together however fast the ledger grows. */
const text = `
  SELECT
    COALESCE((SELECT max(sequence) FROM ledger.entries WHERE tenant = $1), 0) AS last_sequence,
    (SELECT count(*) FROM ledger.transactions WHERE tenant = $1) AS transaction_count,
    (SELECT row_to_json(chain) FROM (
      SELECT ${chainColumns} FROM ledger.chains WHERE tenant = $1) chain) AS head,
    COALESCE((SELECT json_agg(account) FROM (
      SELECT id, tenant, code, currency, balance::text, account_sequence FROM ledger.accounts
      WHERE tenant = $1 ORDER BY code, currency) account), '[]') AS accounts`;

interface ClosingRow {
  readonly last_sequence: string;
  readonly transaction_count: string;
  readonly head: ChainRow | null;
  readonly accounts: readonly AccountRow[];
}

/** What the ledger keeps about a tenant beside its entries, at one instant. */
export async function readClosing(pool: Pool, tenant: TenantId): Promise<TenantClosing> {
  const result = await pool.query<ClosingRow>({ name: 'ledger-read-closing', text, values: [tenant] });
  const row = result.rows[0];
  if (row === undefined) throw new Error('a select of scalars returned no row');
  return {
    tenant,
    head: row.head === null ? null : toChainHead(row.head),
    accounts: row.accounts.map(toAccount),
    lastSequence: Number(row.last_sequence),
    transactionCount: Number(row.transaction_count),
  };
}
