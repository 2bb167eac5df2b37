import { accountIdOf, trialBalance } from '../../../src/core/ledger';
import type { AccountCode, LedgerAccount } from '../../../src/core/ports';
import { aTenant } from '../../contract/ledger/history';
import { chart } from '../../support/ledger-rules';

const account = (code: AccountCode, currency: 'EUR' | 'JPY', balanceMinor: bigint): LedgerAccount => ({
  accountId: accountIdOf({ tenant: aTenant, code, currency }),
  tenant: aTenant,
  code,
  currency,
  balanceMinor,
  accountSequence: 1,
});

describe('the trial balance', () => {
  it('puts assets on the debit side and liabilities on the credit side', () => {
    const accounts = [
      account('psp_receivable:stripe', 'EUR', 1000n),
      account('merchant_payable', 'EUR', 1000n),
    ];
    expect(trialBalance(accounts, chart)).toEqual({
      lines: [
        { account: accounts[0], debitMinor: 1000n, creditMinor: 0n },
        { account: accounts[1], debitMinor: 0n, creditMinor: 1000n },
      ],
      totals: [{ currency: 'EUR', debitMinor: 1000n, creditMinor: 1000n }],
    });
  });

  it('puts a balance below zero on the other side, and keeps currencies apart', () => {
    const accounts = [
      account('merchant_payable', 'EUR', -30n),
      account('refunds_pending', 'EUR', 30n),
      account('psp_receivable:stripe', 'JPY', -7n),
      account('merchant_payable', 'JPY', -7n),
    ];
    const { lines, totals } = trialBalance(accounts, chart);
    expect(lines.map(({ debitMinor, creditMinor }) => [debitMinor, creditMinor])).toEqual([
      [30n, 0n],
      [0n, 30n],
      [0n, 7n],
      [7n, 0n],
    ]);
    expect(totals).toEqual([
      { currency: 'EUR', debitMinor: 30n, creditMinor: 30n },
      { currency: 'JPY', debitMinor: 7n, creditMinor: 7n },
    ]);
  });

  it('of no accounts is empty', () => {
    expect(trialBalance([], chart)).toEqual({ lines: [], totals: [] });
  });
});
