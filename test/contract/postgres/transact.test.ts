import type { Pool } from 'pg';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { openPool } from '../../../src/adapters/postgres/pool';
import { createSharedTransactions } from '../../../src/adapters/postgres/transact';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, {
    schema: 'shared',
    migrations: [
      {
        name: '0001-notes',
        sql: `CREATE TABLE shared.notes (reader text PRIMARY KEY, transaction bigint NOT NULL);
          GRANT SELECT, INSERT, DELETE ON shared.notes TO fincore_app`,
      },
    ],
  });
  pool = openPool({ connectionString: database.url, size: 4, applicationName: 'transact-test' });
});
beforeEach(() => pool.query('DELETE FROM shared.notes'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const notes = async () => {
  const { rows } = await pool.query<{ reader: string; transaction: string }>(
    'SELECT reader, transaction FROM shared.notes ORDER BY reader',
  );
  return {
    readers: rows.map(({ reader }) => reader),
    transactions: new Set(rows.map(({ transaction }) => transaction)).size,
  };
};

function noting() {
  const order: string[] = [];
  const transact = createSharedTransactions(pool);
  const note = (reader: string, fails = false) =>
    transact(reader, async (client) => {
      order.push(reader);
      await client.query('INSERT INTO shared.notes VALUES ($1, txid_current())', [reader]);
      if (fails) throw new Error(`${reader} cannot`);
      return reader;
    });
  return { order, note };
}

test('works that begin together commit together, in the order of their names', async () => {
  const { order, note } = noting();
  expect(await Promise.all([note('payments'), note('audit'), note('ledger')])).toEqual([
    'payments',
    'audit',
    'ledger',
  ]);
  expect(order).toEqual(['audit', 'ledger', 'payments']);
  expect(await notes()).toEqual({ readers: ['audit', 'ledger', 'payments'], transactions: 1 });
});

test('one that fails fails alone: the others take effect, each in a transaction of its own', async () => {
  const { note } = noting();
  const outcomes = await Promise.allSettled([note('payments'), note('audit'), note('ledger', true)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(await notes()).toEqual({ readers: ['audit', 'payments'], transactions: 2 });
});

test('a work is settled only once it is committed', async () => {
  const transact = createSharedTransactions(pool);
  const seen = await transact('audit', async (client) => {
    await client.query("INSERT INTO shared.notes VALUES ('audit', txid_current())");
    return notes();
  });
  expect(seen.readers).toEqual([]);
  expect((await notes()).readers).toEqual(['audit']);
});

test('a work that begins later does not wait for one that runs', async () => {
  const { note } = noting();
  const transact = createSharedTransactions(pool);
  let release: () => void = () => undefined;
  const slow = transact('slow', () => new Promise<void>((resolve) => (release = resolve)));
  await new Promise(setImmediate);
  expect(await note('audit')).toBe('audit');
  release();
  await slow;
});
