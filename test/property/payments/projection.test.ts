import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createMemoryPayments } from '../../../src/adapters/memory/payments';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { createPaymentQueries } from '../../../src/adapters/postgres/payments/payment-queries';
import { createPaymentsReader } from '../../support/payments-reader';
import { paymentsStore } from '../../../src/adapters/postgres/payments/payments-store';
import { openPool } from '../../../src/adapters/postgres/pool';
import type { PaymentQueries } from '../../../src/core/payments';
import type { RebuildableReader } from '../../../src/core/ports';
import { type Step, play, steps, tenants } from '../../contract/payments/random-history';
import { allCharges, allRefunds, expectedRows } from '../../contract/payments/read-model';
import { createTestDatabase } from '../../support/postgres';

/** How the history reaches the reader: batch sizes in turn, and how often a batch comes twice. */
const delivery = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
  repeatEvery: fc.integer({ min: 1, max: 4 }),
});

async function equalsFold(
  reader: RebuildableReader,
  queries: PaymentQueries,
  history: readonly Step[],
  { sizes, repeatEvery }: { readonly sizes: readonly number[]; readonly repeatEvery: number },
): Promise<void> {
  const journal = createMemoryJournal({ clock: () => 1 });
  const states = await play(journal, history);
  await reader.reset();
  const head = await journal.head();
  let from = 0;
  for (let round = 0; from < head; round += 1) {
    const events = await journal.read(from, sizes[round % sizes.length] ?? 1);
    expect(await reader.apply(from, events)).toBe('applied');
    if (round % repeatEvery === 0) expect(await reader.apply(from, events)).toBe('moved');
    from += events.length;
  }
  for (const tenant of tenants) {
    const expected = expectedRows(states, tenant);
    expect(await allCharges(queries, tenant)).toEqual(expected.charges);
    expect(await allRefunds(queries, tenant)).toEqual(expected.refunds);
  }
}

test('in memory, any history in any batches, some of them twice, equals the fold of the journal', async () => {
  const { reader, queries } = createMemoryPayments();
  await fc.assert(
    fc.asyncProperty(steps(150), delivery, (history, cuts) => equalsFold(reader, queries, history, cuts)),
    { numRuns: 200 },
  );
});

describe('on PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url, paymentsStore);
    pool = openPool({ connectionString: database.url, size: 2, applicationName: 'fincore-test' });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  test('any history in any batches, some of them twice, equals the fold of the journal', async () => {
    const [reader, queries] = [createPaymentsReader(pool), createPaymentQueries(pool)];
    await fc.assert(
      fc.asyncProperty(steps(150), delivery, (history, cuts) => equalsFold(reader, queries, history, cuts)),
      { numRuns: 30 },
    );
  });
});
