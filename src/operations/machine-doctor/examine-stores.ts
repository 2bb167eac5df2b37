import { withClient } from '../../adapters/postgres/with-client';
import { placeOf } from '../installation/await-database-server';
import { storesAt } from '../../compose/all-stores';
import { type StoreUrls, storeNames } from '../../configuration/store-names';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';

const timeoutMs = 5_000;
/** `undefined_table` and `invalid_schema_name`. @source PostgreSQL, Appendix A */
const missingCodes = ['42P01', '3F000'];

/** Each database answers and takes writes. */
export const examineDatabases = (urls: StoreUrls): Promise<readonly Diagnosis[]> =>
  Promise.all(
    [...new Set(storeNames.map((store) => urls[store]))].map((url) =>
      withClient({ connectionString: url, connectionTimeoutMillis: timeoutMs }, async (client) => {
        const { rows } = await client.query<{ version: string; read_only: string }>(
          "SELECT current_setting('server_version') AS version, current_setting('transaction_read_only') AS read_only",
        );
        const { version = '', read_only } = rows[0] ?? {};
        return read_only === 'off'
          ? well(`PostgreSQL ${version} answers at ${placeOf(url)}`)
          : ill(
              `PostgreSQL ${version} at ${placeOf(url)} takes no writes`,
              'It is a standby, or set to read only: name the server that takes writes with DATABASE_URL.',
            );
      }),
    ),
  );

/** Each schema is the one that this version needs. */
export async function examineMigrations(urls: StoreUrls): Promise<readonly Diagnosis[]> {
  const faults: Diagnosis[] = [];
  for (const { url, store } of storesAt(urls)) {
    const done = await migrationsOf(url, store.schema);
    const pending = store.migrations.filter(({ name }) => !done.includes(name)).map(({ name }) => name);
    const unknown = done.filter((name) => !store.migrations.some((known) => known.name === name));
    if (pending.length > 0)
      faults.push(
        ill(
          `the schema ${store.schema} lacks ${pending.join(', ')}`,
          'Start FinCore, which runs its migrations first.',
        ),
      );
    if (unknown.length > 0)
      faults.push(
        ill(
          `the schema ${store.schema} has ${unknown.join(', ')}, which this version does not know`,
          'A newer FinCore has used it: run that version.',
        ),
      );
  }
  return faults.length > 0
    ? faults
    : [well(`${String(storesAt(urls).length)} schemas are as this version needs them`)];
}

const migrationsOf = (url: string, schema: string): Promise<readonly string[]> =>
  withClient({ connectionString: url, connectionTimeoutMillis: timeoutMs }, async (client) => {
    try {
      const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${schema}.migrations`);
      return rows.map(({ name }) => name);
    } catch (error) {
      if (missingCodes.includes((error as { code?: string }).code ?? '')) return [];
      throw error;
    }
  });
