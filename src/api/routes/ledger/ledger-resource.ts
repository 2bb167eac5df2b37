import { type Static, Type } from '@sinclair/typebox';
import { toTimestamp } from '../../../core/kernel';
import { lineOf } from '../../../core/ledger';
import type { Chart, LedgerAccount, LedgerEntry } from '../../../core/ports';
import { CurrencyShown } from '../../resources/money';
import { Timestamp, nullable, oneOf } from '../../resources/schema-parts';

const AccountCodeShown = Type.String({
  pattern: '^[a-z_]+(:[a-z0-9_]+)?$',
  description: 'A line of the chart of accounts: merchant_payable, psp_receivable:stripe, …',
});

/**
 * Sums of many charges: exact integers of any size in JSON's own notation. Readers whose numbers end at 2^53 must
 * read them as big integers.
 */
export const BalanceMinor = Type.Unsafe<bigint | number>({
  type: 'integer',
  description:
    "Minor units on the account's normal side, exact, of any size. Below zero: a balance on the other side.",
  examples: [1999],
});

export const accountExampleId = 'acct_mer_06f4q8wj1t5k0m7p3r9s8x6y2z_test_merchant_payable_eur';

export const LedgerAccountSchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['ledger_account']),
    code: AccountCodeShown,
    currency: CurrencyShown,
    normal_side: oneOf(['debit', 'credit']),
    balance: BalanceMinor,
    entry_count: Type.Integer({ minimum: 0 }),
  },
  { $id: 'LedgerAccount', description: 'An account of the books.' },
);
export type LedgerAccountObject = Static<typeof LedgerAccountSchema>;

export const ledgerAccountExample: LedgerAccountObject = {
  id: accountExampleId,
  object: 'ledger_account',
  code: 'merchant_payable',
  currency: 'EUR',
  normal_side: 'credit',
  balance: 1999,
  entry_count: 1,
};

export const ledgerAccountObject = (account: LedgerAccount, chart: Chart): LedgerAccountObject => ({
  id: account.accountId,
  object: 'ledger_account',
  code: account.code,
  currency: account.currency,
  normal_side: lineOf(chart, account.code).normalSide,
  balance: account.balanceMinor,
  entry_count: account.accountSequence,
});

export const LedgerEntrySchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['ledger_entry']),
    created: Timestamp,
    sequence: Type.Integer({ minimum: 1, description: '1, 2, 3 … in the books of the key without a gap.' }),
    transaction: Type.String(),
    account: Type.String(),
    account_code: AccountCodeShown,
    side: oneOf(['debit', 'credit']),
    amount: BalanceMinor,
    currency: CurrencyShown,
    balance_before: BalanceMinor,
    balance_after: BalanceMinor,
    subject: Type.String({ description: 'What the money moved for, for example a charge.' }),
    part: nullable(
      Type.String({ description: 'The capture or refund of it; null for an automatic capture.' }),
    ),
    previous_hash: Type.String(),
    hash: Type.String({ description: 'SHA-256 over the entry and the hash of the one before.' }),
  },
  { $id: 'LedgerEntry', description: 'One line of the books. Written once, never changed.' },
);
export type LedgerEntryObject = Static<typeof LedgerEntrySchema>;

export const ledgerEntryExample: LedgerEntryObject = {
  id: 'ent_2',
  object: 'ledger_entry',
  created: '2026-11-21T09:30:00.120Z',
  sequence: 2,
  transaction: 'txn_06f4q8xk5000000000001000c3',
  account: accountExampleId,
  account_code: 'merchant_payable',
  side: 'credit',
  amount: 1999,
  currency: 'EUR',
  balance_before: 0,
  balance_after: 1999,
  subject: 'ch_06f4q8xk3v7m2n9r5t1w0y8z4b',
  part: null,
  previous_hash: '0'.repeat(64),
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

export const ledgerEntryObject = (entry: LedgerEntry): LedgerEntryObject => ({
  id: entryId(entry.sequence),
  object: 'ledger_entry',
  created: toTimestamp(entry.effectiveAt),
  sequence: entry.sequence,
  transaction: entry.transactionId,
  account: entry.accountId,
  account_code: entry.code,
  side: entry.side,
  amount: entry.amountMinor,
  currency: entry.currency,
  balance_before: entry.balanceBeforeMinor,
  balance_after: entry.balanceAfterMinor,
  subject: entry.subject,
  part: entry.part,
  previous_hash: entry.previousHash,
  hash: entry.hash,
});

/** An entry's place in the chain of its tenant is its id and its cursor. */
const entryId = (sequence: number): string => `ent_${String(sequence)}`;

/** Null when the text is no entry's id. */
export function entrySequence(id: string): number | null {
  const match = /^ent_([1-9]\d{0,14})$/.exec(id);
  return match === null ? null : Number(match[1]);
}
