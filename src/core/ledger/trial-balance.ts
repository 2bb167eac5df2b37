import type { Currency } from '../kernel';
import type { Chart, LedgerAccount } from '../ports';
import { lineOf } from './accounts';

/** An account's balance in the column where it stands; the other column is zero. */
interface TrialBalanceLine {
  readonly account: LedgerAccount;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

interface TrialBalanceTotal {
  readonly currency: Currency;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/** LedgerState in order have equal columns in every currency. */
export interface TrialBalance {
  readonly lines: readonly TrialBalanceLine[];
  readonly totals: readonly TrialBalanceTotal[];
}

/** The trial balance of accounts that were read at one instant, or as of one time. */
export function trialBalance(accounts: readonly LedgerAccount[], chart: Chart): TrialBalance {
  const lines = accounts.map((account) => trialLineOf(account, chart));
  const totals = new Map<Currency, TrialBalanceTotal>();
  for (const { account, debitMinor, creditMinor } of lines) {
    const total = totals.get(account.currency);
    totals.set(account.currency, {
      currency: account.currency,
      debitMinor: (total?.debitMinor ?? 0n) + debitMinor,
      creditMinor: (total?.creditMinor ?? 0n) + creditMinor,
    });
  }
  return { lines, totals: [...totals.values()] };
}

function trialLineOf(account: LedgerAccount, chart: Chart): TrialBalanceLine {
  const onDebit = (lineOf(chart, account.code).normalSide === 'debit') === account.balanceMinor >= 0n;
  const amountMinor = account.balanceMinor < 0n ? -account.balanceMinor : account.balanceMinor;
  return { account, debitMinor: onDebit ? amountMinor : 0n, creditMinor: onDebit ? 0n : amountMinor };
}
