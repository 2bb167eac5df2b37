import { Client, type Pool } from 'pg';
import { createLedgerQueries } from '../../../src/adapters/postgres/ledger/ledger-queries';
import { createLedgerReader } from '../../../src/adapters/postgres/ledger/ledger-reader';
import { rebuildableLedger } from '../../../src/adapters/postgres/ledger/ledger-rebuild';
import { ledgerStore } from '../../../src/adapters/postgres/ledger/ledger-store';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { openPool } from '../../../src/adapters/postgres/pool';
import { createTestDatabase } from '../../support/postgres';
import type { LedgerUnderTest } from './ledger-under-test';

export interface PostgresLedger extends LedgerUnderTest {
  /** With the application's rights. */
  readonly pool: Pool;
  /** With every right, as an intruder has them. */
  readonly owner: Client;
}

/** The ledger in a database of its own. */
export async function openPostgresLedger(): Promise<PostgresLedger> {
  const database = await createTestDatabase();
  await migrate(database.url, ledgerStore);
  const pool = openPool({ connectionString: database.url, size: 6, applicationName: 'ledger-test' });
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  const newReader = (partition?: number) =>
    createLedgerReader(pool, partition === undefined ? {} : { partition });
  return {
    newReader,
    rebuild: rebuildableLedger({ reader: newReader(), ownerConnectionString: database.url }),
    book: createLedgerQueries(pool),
    pool,
    owner,
    async close() {
      await pool.end();
      await owner.end();
      await database.drop();
    },
  };
}
