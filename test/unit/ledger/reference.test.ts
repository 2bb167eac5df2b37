import { readFileSync } from 'node:fs';
import path from 'node:path';
import ledgerSchema from '../../../src/adapters/postgres/ledger/migrations/0001-ledger.sql';
import { maxPageLimit, newId } from '../../../src/core/kernel';
import { ledgerBatchLimit, transactionOf } from '../../../src/core/ledger';
import type { ChargeEvent } from '../../../src/core/payments';
import type { RecordedEvent } from '../../../src/core/ports';
import {
  aTenant,
  capture,
  countingIds,
  createHistory,
  eur,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../contract/ledger/history';
import { chart, rules } from '../../support/ledger-rules';

const document = readFileSync(path.join(__dirname, '../../../docs/reference/ledger.md'), 'utf8');

/** The cells of the table under a heading, without its head. */
const tableOf = (heading: string): readonly (readonly string[])[] => {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
};

const refundId = newId('re', countingIds());
const amount = eur(100);
const recorded = (event: ChargeEvent): RecordedEvent => {
  const history = createHistory();
  return history.record(aTenant, history.newCharge(), event);
};
const debitAndCredit = (event: ChargeEvent): readonly (string | undefined)[] => {
  const postings = transactionOf(recorded(event), rules)?.postings ?? [];
  return (['debit', 'credit'] as const).map(
    (side) => postings.find((posting) => posting.side === side)?.code,
  );
};

describe('the reference of the ledger', () => {
  it('lists the chart of accounts', () => {
    expect(tableOf('Chart of accounts')).toEqual(
      [...chart.lines].map(([code, line]) => [code, line.class, line.normalSide, line.meaning]),
    );
  });

  it('lists the postings of every event that has any', () => {
    expect(tableOf('Postings')).toEqual([
      ['ChargeCaptured', ...debitAndCredit(capture(amount))],
      ['RefundRequested', ...debitAndCredit(refundRequested(refundId, amount))],
      ['RefundSucceeded', ...debitAndCredit(refundSucceeded(refundId, amount))],
      ['RefundFailed, before it succeeded', ...debitAndCredit(refundFailed(refundId, amount, false))],
      ['RefundFailed, after it succeeded', ...debitAndCredit(refundFailed(refundId, amount, true))],
    ]);
  });

  it('quotes the limits', () => {
    expect(tableOf('Limits').map((row) => row[1])).toEqual([
      `1 to ${maxPageLimit.toString()}`,
      ledgerBatchLimit.toString(),
      /balance numeric\((\d+), 0\)/.exec(ledgerSchema)?.[1],
    ]);
  });
});
