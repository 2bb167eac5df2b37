import type { Pool } from 'pg';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { createPaymentQueries } from '../../../src/adapters/postgres/payments/payment-queries';
import { createPaymentsReader } from '../../support/payments-reader';
import { paymentsStore } from '../../../src/adapters/postgres/payments/payments-store';
import { openPool } from '../../../src/adapters/postgres/pool';
import { createTestDatabase } from '../../support/postgres';
import { paymentsContract } from './payments.contract';
import { play, sampleHistory } from './random-history';
import { readAll } from './read-model';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, paymentsStore);
  pool = openPool({ connectionString: database.url, size: 4, applicationName: 'fincore-test' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

paymentsContract('postgres', () =>
  Promise.resolve({
    reader: createPaymentsReader(pool),
    another: createPaymentsReader(pool),
    queries: createPaymentQueries(pool),
  }),
);

test('migrating again does nothing', async () => {
  expect(await migrate(database.url, paymentsStore)).toEqual([]);
});

test('a rebuild leaves the same tables, column by column', async () => {
  const journal = createMemoryJournal({ clock: () => 1 });
  await play(journal, sampleHistory(800, 30));
  const reader = createPaymentsReader(pool);
  await reader.reset();
  await readAll(journal, reader, [11]);
  const before = await dump();
  await reader.reset();
  expect(await dump()).toEqual({ charges: [], refunds: [], metadata: [] });
  await readAll(journal, reader, [500]);
  expect(before.charges).toHaveLength(30);
  expect(before.refunds.length).toBeGreaterThan(5);
  expect(before.metadata.length).toBeGreaterThan(30);
  expect(await dump()).toEqual(before);
});

/** Every row of every table as text, in the order of their keys. */
async function dump() {
  const rowsOf = async (table: string) => {
    const result = await pool.query<{ row: string }>(
      `SELECT t::text AS row FROM payments.${table} t ORDER BY t::text`,
    );
    return result.rows.map(({ row }) => row);
  };
  return {
    charges: await rowsOf('charges'),
    refunds: await rowsOf('refunds'),
    metadata: await rowsOf('metadata'),
  };
}
