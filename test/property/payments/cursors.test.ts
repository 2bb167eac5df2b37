import * as fc from 'fast-check';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createMemoryPayments } from '../../../src/adapters/memory/payments';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { createPaymentQueries } from '../../../src/adapters/postgres/payments/payment-queries';
import { createPaymentsReader } from '../../support/payments-reader';
import { paymentsStore } from '../../../src/adapters/postgres/payments/payments-store';
import { openPool } from '../../../src/adapters/postgres/pool';
import type { ChargeFilter, PaymentQueries } from '../../../src/core/payments';
import type { PageResult, RebuildableReader } from '../../../src/core/ports';
import type { PageRequest } from '../../../src/core/kernel';
import { type Step, play, steps, tenants } from '../../contract/payments/random-history';
import { chargeIdOfRow, expectedRows, readAll, refundIdOfRow } from '../../contract/payments/read-model';
import { createTestDatabase } from '../../support/postgres';

interface Walk {
  /** Page sizes in turn: a walk need not keep to one. */
  readonly limits: readonly number[];
  readonly statuses: ChargeFilter['statuses'];
}
const walks: fc.Arbitrary<Walk> = fc.record({
  limits: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
  statuses: fc.constantFrom(undefined, ['succeeded'], ['authorized', 'failed', 'processing']),
});

type List<Id extends string, Row> = (page: PageRequest<Id>) => Promise<PageResult<Row>>;

/** The first page, then the pages after it to the end, then the pages before the last row back to the beginning. */
async function expectEachRowOnce<Id extends string, Row>(
  list: List<Id, Row>,
  idOf: (row: Row) => Id,
  limits: readonly number[],
  expected: readonly Row[],
): Promise<void> {
  const down = await walked(list, idOf, limits, 'starting_after');
  expect(down).toEqual(expected);
  const last = expected.at(-1);
  if (last === undefined) return;
  const up = await walked(list, idOf, limits, 'ending_before', idOf(last));
  expect([...up, last]).toEqual(expected);
}

async function walked<Id extends string, Row>(
  list: List<Id, Row>,
  idOf: (row: Row) => Id,
  limits: readonly number[],
  kind: 'starting_after' | 'ending_before',
  from?: Id,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  let cursor = from === undefined ? undefined : { kind, id: from };
  // No list here has a thousand rows: more pages would be a walk in a circle.
  for (let page = 0; page < 1_000; page += 1) {
    const limit = limits[page % limits.length] ?? 1;
    const result = await list({ limit, ...(cursor !== undefined && { cursor }) });
    if (!result.ok) throw new Error(result.refusal.message);
    const { rows, hasMore } = result.value;
    expect(rows.length).toBeLessThanOrEqual(limit);
    if (kind === 'starting_after') found.push(...rows);
    else found.unshift(...rows);
    const edge = kind === 'starting_after' ? rows.at(-1) : rows[0];
    if (!hasMore) return found;
    if (edge === undefined) throw new Error('a page that promises more is not empty');
    cursor = { kind, id: idOf(edge) };
  }
  throw new Error('the walk does not end');
}

async function expectSoundLists(
  reader: RebuildableReader,
  queries: PaymentQueries,
  history: readonly Step[],
  { limits, statuses }: Walk,
): Promise<void> {
  const journal = createMemoryJournal({ clock: () => 1 });
  const states = await play(journal, history);
  await reader.reset();
  await readAll(journal, reader);
  for (const tenant of tenants) {
    const expected = expectedRows(states, tenant);
    const filter: ChargeFilter = statuses === undefined ? {} : { statuses };
    await expectEachRowOnce(
      (page) => queries.listCharges(tenant, filter, page),
      chargeIdOfRow,
      limits,
      expected.charges.filter(({ charge }) => statuses?.includes(charge.status) ?? true),
    );
    await expectEachRowOnce(
      (page) => queries.listRefunds(tenant, {}, page),
      refundIdOfRow,
      limits,
      expected.refunds,
    );
  }
}

test('in memory, a walk over pages forwards and backwards shows each row once, newest first', async () => {
  const { reader, queries } = createMemoryPayments();
  await fc.assert(
    fc.asyncProperty(steps(120), walks, (history, walk) => expectSoundLists(reader, queries, history, walk)),
    { numRuns: 100 },
  );
});

test('on PostgreSQL, a walk over pages forwards and backwards shows each row once, newest first', async () => {
  const database = await createTestDatabase();
  await migrate(database.url, paymentsStore);
  const pool = openPool({ connectionString: database.url, size: 2, applicationName: 'fincore-test' });
  try {
    const [reader, queries] = [createPaymentsReader(pool), createPaymentQueries(pool)];
    await fc.assert(
      fc.asyncProperty(steps(120), walks, (history, walk) =>
        expectSoundLists(reader, queries, history, walk),
      ),
      { numRuns: 20 },
    );
  } finally {
    await pool.end();
    await database.drop();
  }
});
