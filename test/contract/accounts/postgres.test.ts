import { Client } from 'pg';
import { createMerchantDirectory } from '../../../src/adapters/postgres/accounts/merchant-directory';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { createPostgresJournal } from '../../../src/adapters/postgres/journal/postgres-journal';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { openPool } from '../../../src/adapters/postgres/pool';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';
import { accountsContract } from './merchants.contract';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, journalStore);
});
afterAll(() => database.drop());

async function empty(): Promise<void> {
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  await owner.query('TRUNCATE journal.events; UPDATE journal.heads SET position = 0');
  await owner.end();
}

accountsContract('postgres', async () => {
  await empty();
  const journal = createPostgresJournal({ connectionString: database.url });
  const pool = openPool({
    connectionString: database.url,
    size: 2,
    applicationName: 'fincore-accounts-test',
  });
  return {
    journal,
    directory: createMerchantDirectory(pool),
    async close() {
      await journal.close();
      await pool.end();
    },
  };
});
