import { Client, type Pool } from 'pg';
import { journalStore } from '../../src/adapters/postgres/journal/journal-store';
import { createPostgresJournal } from '../../src/adapters/postgres/journal/postgres-journal';
import { createLedgerQueries } from '../../src/adapters/postgres/ledger/ledger-queries';
import { ledgerStore } from '../../src/adapters/postgres/ledger/ledger-store';
import { migrate } from '../../src/adapters/postgres/migrate';
import { createPaymentQueries } from '../../src/adapters/postgres/payments/payment-queries';
import { paymentsStore } from '../../src/adapters/postgres/payments/payments-store';
import { openPool } from '../../src/adapters/postgres/pool';
import { appendOne } from '../load/append';
import { fillBooks, filledAccount, filledTenant, timeInTheMiddle } from '../load/fill';
import type { BenchContext, Goal, OpenedRow, Row, Sample } from '../row';
import { median } from '../statistics';

const small = 1_000_000;
const large = 10_000_000;
const samples = 300;

const goal = (what: string): Goal => ({
  title: `${what}, p50 at 10 M events ÷ at 1 M`,
  unit: 'ms',
  bound: { kind: 'at_most', value: 2.5, of: 'ratio' },
});

/** What must not become slow with the years. The books are filled by the server itself. */
export const growth: Row = {
  name: 'growth',
  isLarge: true,
  mostRounds: 1,
  goals: {
    append: goal('append'),
    page: goal('page of 100 charges'),
    asOf: goal('balance as of a past time'),
  },
  open,
};

async function open({ createDatabase, tell }: BenchContext): Promise<OpenedRow> {
  const url = await createDatabase('bench_growth');
  for (const store of [journalStore, paymentsStore, ledgerStore]) await migrate(url, store);
  const owner = new Client({ connectionString: url });
  await owner.connect();
  const pool = openPool({ connectionString: url, size: 2, applicationName: 'fincore-bench' });
  const journal = createPostgresJournal({ connectionString: url });
  const questions = questionsOf(pool, () => appendOne(journal));
  return {
    async round() {
      tell(`filling with ${String(small)} events`);
      await fillBooks(owner, { from: 0, to: small });
      const before = await p50OfEach(questions);
      tell(`filling with ${String(large)} events`);
      await fillBooks(owner, { from: small, to: large });
      const after = await p50OfEach(questions);
      return Object.fromEntries(
        Object.entries(after).map(([name, ours]): [string, Sample] => [
          name,
          { ours, limit: before[name] ?? 0 },
        ]),
      );
    },
    async close() {
      await journal.close();
      await pool.end();
      await owner.end();
    },
  };
}

type Questions = Readonly<Record<string, () => Promise<unknown>>>;

function questionsOf(pool: Pool, append: () => Promise<void>): Questions {
  const charges = createPaymentQueries(pool);
  const book = createLedgerQueries(pool);
  return {
    append,
    async page() {
      const page = await charges.listCharges(filledTenant, {}, { limit: 100 });
      if (!page.ok || page.value.rows.length !== 100) throw new Error('the page is not full');
    },
    async asOf() {
      const account = await book.account(filledTenant, filledAccount, timeInTheMiddle);
      if (account === null) throw new Error('the account had no balance then');
    },
  };
}

async function p50OfEach(questions: Questions): Promise<Readonly<Record<string, number>>> {
  const result: Record<string, number> = {};
  for (const [name, ask] of Object.entries(questions)) {
    const timesMs: number[] = [];
    for (let sample = 0; sample < samples; sample += 1) {
      const askedAt = performance.now();
      await ask();
      timesMs.push(performance.now() - askedAt);
    }
    result[name] = median(timesMs);
  }
  return result;
}
