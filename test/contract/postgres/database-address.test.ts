import { connectionTo } from '../../../src/adapters/postgres/database-address';
import { openPool } from '../../../src/adapters/postgres/pool';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';
import { query } from '../../support/embedded-postgres-directory';

const signed = {
  url: 'postgresql://fincore_api@db.internal:6543/fincore',
  password: () => Promise.resolve('a-token'),
  takesSettings: true,
};

const options = { ownerDropsTo: 'x', settings: { enable_sort: 'off', work_mem: '8MB' } };

test('a URL goes to the driver as it is, and the owner drops to a role with fewer rights', () => {
  expect(connectionTo('postgresql://a:b@host/db', { options })).toEqual({
    connectionString: 'postgresql://a:b@host/db',
    options: '-c role=x -c enable_sort=off -c work_mem=8MB',
  });
  expect(connectionTo('postgresql://a:b@host/db')).toEqual({ connectionString: 'postgresql://a:b@host/db' });
});

test('a signed address is encrypted and verified unless it says otherwise, and its user takes on no other role', () => {
  expect(connectionTo(signed, { options })).toEqual({
    host: 'db.internal',
    port: 6543,
    user: 'fincore_api',
    database: 'fincore',
    ssl: { rejectUnauthorized: true },
    password: signed.password,
    options: '-c enable_sort=off -c work_mem=8MB',
  });
  expect(connectionTo({ ...signed, url: `${signed.url}?sslmode=disable` })).toMatchObject({ ssl: false });
  expect(connectionTo({ ...signed, url: `${signed.url}?sslmode=require` })).toMatchObject({
    ssl: { rejectUnauthorized: true },
  });
});

test('a proxy that takes no settings is sent none', () => {
  const sent = connectionTo({ ...signed, takesSettings: false }, { options, statement_timeout: 1 });
  expect(sent).not.toHaveProperty('options');
  expect(sent).not.toHaveProperty('statement_timeout');
});

describe('on a server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url, journalStore);
  });
  afterAll(() => database.drop());

  test('every new connection asks for the password of its moment', async () => {
    const url = new URL(database.url);
    const { password } = url;
    url.password = '';
    url.searchParams.set('sslmode', 'disable');
    let asked = 0;
    const pool = openPool({
      connectionString: {
        url: url.href,
        password: () => {
          asked += 1;
          return Promise.resolve(decodeURIComponent(password));
        },
        takesSettings: true,
      },
      size: 2,
      applicationName: 'fincore-test',
    });
    try {
      const two = await Promise.all([pool.connect(), pool.connect()]);
      const session = await two[0].query('SELECT current_user = session_user AS "isItself"');
      expect(session.rows).toEqual([{ isItself: true }]);
      for (const client of two) client.release();
      expect(asked).toBe(2);
    } finally {
      await pool.end();
    }
    expect(await query(database.url, 'SELECT position FROM journal.heads')).toEqual([{ position: '0' }]);
  });
});
