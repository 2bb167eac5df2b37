import { type Static, Type } from '@sinclair/typebox';
import { toTimestamp } from '../../../core/kernel';
import type { TrialBalance } from '../../../core/ledger';
import { BalanceMinor, accountExampleId } from './ledger-resource';
import { CurrencyShown } from '../../resources/money';
import { Timestamp, nullable, oneOf } from '../../resources/schema-parts';

export const AsOf = nullable({ ...Timestamp, description: 'The past time asked for; null means now.' });

/** Stores in order have equal columns in every currency. */
export const TrialBalanceSchema = Type.Object({
  object: oneOf(['ledger_trial_balance']),
  as_of: AsOf,
  lines: Type.Array(
    Type.Object({
      account: Type.String(),
      currency: CurrencyShown,
      debit: BalanceMinor,
      credit: BalanceMinor,
    }),
  ),
  totals: Type.Array(Type.Object({ currency: CurrencyShown, debit: BalanceMinor, credit: BalanceMinor })),
});

export type TrialBalanceObject = Static<typeof TrialBalanceSchema>;

export const trialBalanceExample: TrialBalanceObject = {
  object: 'ledger_trial_balance',
  as_of: null,
  lines: [
    { account: accountExampleId, currency: 'EUR', debit: 0, credit: 1999 },
    {
      account: accountExampleId.replace('merchant_payable', 'psp_receivable.stripe'),
      currency: 'EUR',
      debit: 1999,
      credit: 0,
    },
  ],
  totals: [{ currency: 'EUR', debit: 1999, credit: 1999 }],
};

export const trialBalanceObject = (balance: TrialBalance, asOf: number | undefined): TrialBalanceObject => ({
  object: 'ledger_trial_balance',
  as_of: asOf === undefined ? null : toTimestamp(asOf),
  lines: balance.lines.map(({ account, debitMinor, creditMinor }) => ({
    account: account.accountId,
    currency: account.currency,
    debit: debitMinor,
    credit: creditMinor,
  })),
  totals: balance.totals.map(({ currency, debitMinor, creditMinor }) => ({
    currency,
    debit: debitMinor,
    credit: creditMinor,
  })),
});
