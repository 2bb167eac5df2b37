import { setImmediate as soon } from 'node:timers/promises';
import { Client } from 'pg';
import { createTurns } from '../../../src/operations/installation/turns';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

let database: TestDatabase;
let admin: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, journalStore);
  admin = new Client({ connectionString: database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const sessions = async () => {
  const { rows } = await admin.query<{ state: string }>(
    'SELECT state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  return rows.map(({ state }) => state);
};

test('the work of two processes does not overlap', async () => {
  const inTurn = createTurns(database.url);
  let working = 0;
  const most: number[] = [];
  const work = async () => {
    working += 1;
    for (let n = 0; n < 20; n += 1) await soon();
    most.push(working);
    working -= 1;
  };
  await Promise.all([inTurn(work), createTurns(database.url)(work), inTurn(work)]);
  expect(most).toEqual([1, 1, 1]);
});

test('no transaction is open while the work calls other programs', async () => {
  await createTurns(database.url)(async () => expect(await sessions()).toEqual(['idle']));
});

test('work that fails gives its turn back', async () => {
  const inTurn = createTurns(database.url);
  await expect(inTurn(() => Promise.reject(new Error('no simulator')))).rejects.toThrow('no simulator');
  expect(await inTurn(() => Promise.resolve('next'))).toBe('next');
});
