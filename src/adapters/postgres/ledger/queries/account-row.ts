import type { Currency, TenantId } from '../../../../core/kernel';
import type { AccountCode, AccountId, LedgerAccount } from '../../../../core/ports';

export interface AccountRow {
  readonly id: AccountId;
  readonly tenant: TenantId;
  readonly code: AccountCode;
  readonly currency: Currency;
  /** `numeric` and `bigint` arrive as text, since a JavaScript number would not hold them. */
  readonly balance: string;
  readonly account_sequence: string;
}

export const toAccount = (row: AccountRow): LedgerAccount => ({
  accountId: row.id,
  tenant: row.tenant,
  code: row.code,
  currency: row.currency,
  balanceMinor: BigInt(row.balance),
  accountSequence: Number(row.account_sequence),
});
