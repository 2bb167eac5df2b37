import type { Currency, TenantId } from '../kernel';
import type { AccountCode, AccountId, Side } from '../ports';

/** An asset is what others owe the platform, a liability is what the platform owes. */
type AccountClass = 'asset' | 'liability';

export interface ChartLine {
  readonly class: AccountClass;
  readonly normalSide: Side;
  readonly meaning: string;
}

/** The chart of accounts: each tenant has each of these per currency, opened by its first entry. */
export const chartOfAccounts: Readonly<Record<AccountCode, ChartLine>> = {
  'psp_receivable:stripe': {
    class: 'asset',
    normalSide: 'debit',
    meaning: 'Captured by Stripe for the merchant, less what it has refunded; before fees and payouts.',
  },
  merchant_payable: {
    class: 'liability',
    normalSide: 'credit',
    meaning: 'Owed to the merchant: captured, less refunds that are asked for or done.',
  },
  refunds_pending: {
    class: 'liability',
    normalSide: 'credit',
    meaning: 'Taken from the merchant for refunds that the PSP has not yet confirmed.',
  },
};

export interface AccountKey {
  readonly tenant: TenantId;
  readonly code: AccountCode;
  readonly currency: Currency;
}

/** Readable and safe in a URL, for example `acct_mer_…_test_psp_receivable.stripe_eur`. */
export const accountIdOf = ({ tenant, code, currency }: AccountKey): AccountId =>
  `acct_${tenant}_${code.replace(':', '.')}_${currency.toLowerCase()}`;

/** What an amount on `side` does to a balance that is counted on the account's normal side. */
export const signedMinor = (code: AccountCode, side: Side, amountMinor: bigint): bigint =>
  chartOfAccounts[code].normalSide === side ? amountMinor : -amountMinor;
