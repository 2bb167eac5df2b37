import { ensureAmcheck, faultOfIndex, listIndexes } from '../adapters/postgres/check-indexes';
import { connectionTo } from '../adapters/postgres/database-address';
import { withClient } from '../adapters/postgres/with-client';
import type { Stores } from '../compose/stores';
import { CommandRefused } from '../configuration/command-refused';
import { type Check, type Finding, counted, sound } from './check';

const connectTimeoutMs = 10_000;
/** The largest index may take this long. */
const statementTimeoutMs = 60 * 60_000;

/** Every B-tree index of every database is in order and has an entry for each row of its table. */
export const indexCheck = ({ ownerUrls }: Stores): Check => ({
  name: 'indexes',
  async run() {
    let count = 0;
    for (const url of new Set(Object.values<string>({ ...ownerUrls }))) {
      const checked = await checkDatabase(url);
      if (typeof checked !== 'number') return checked;
      count += checked;
    }
    return sound(`${counted(count, 'index', 'indexes')} in order, with an entry for each row`);
  },
});

/** @returns how many indexes are sound, or the first fault */
async function checkDatabase(url: string): Promise<number | Finding> {
  const config = {
    ...connectionTo(url),
    application_name: 'fincore verify indexes',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  };
  return withClient(config, async (client) => {
    const missing = await ensureAmcheck(client);
    if (missing !== null)
      throw new CommandRefused(
        `The indexes cannot be checked: the extension amcheck is not in the database ${new URL(url).pathname.slice(1)} (${missing}). ` +
          'Have a superuser run CREATE EXTENSION amcheck there, or leave out --indexes.',
      );
    const indexes = await listIndexes(client);
    for (const index of indexes) {
      const fault = await faultOfIndex(client, index);
      if (fault !== null)
        return { kind: 'fault', fault: `table ${index.table}, index ${index.index}: ${fault}` };
    }
    return indexes.length;
  });
}
