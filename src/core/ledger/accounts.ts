import { type Currency, type TenantId, asciiLower, assert } from '../kernel';
import type { AccountCode, AccountId, Chart, ChartLine, Side } from '../ports';

export interface AccountKey {
  readonly tenant: TenantId;
  readonly code: AccountCode;
  readonly currency: Currency;
}

/** Readable and safe in a URL, for example `acct_mer_…_test_psp_receivable.stripe_eur`. */
export const accountIdOf = ({ tenant, code, currency }: AccountKey): AccountId =>
  `acct_${tenant}_${code.replace(':', '.')}_${asciiLower(currency)}`;

/** The line of a code that entries are written under. */
export function lineOf(chart: Chart, code: AccountCode): ChartLine {
  const line = chart.lineOf(code);
  assert(line !== null, `${code} is in the chart of accounts`);
  return line;
}

/** What an amount on `side` does to a balance that is counted on the account's normal side. */
export const signedMinor = (line: ChartLine, side: Side, amountMinor: bigint): bigint =>
  line.normalSide === side ? amountMinor : -amountMinor;
