import type { ClientBase } from 'pg';
import type { StoreState } from './manifest';

/** Which migrations have run in those of the schemas that have migrations, in the snapshot of the client. */
export async function readStoreStates(
  client: ClientBase,
  schemas: readonly string[],
): Promise<readonly StoreState[]> {
  const states: StoreState[] = [];
  for (const schema of schemas) {
    const found = await client.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [`${schema}.migrations`]);
    if (found.rowCount === 0) continue;
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM ${schema}.migrations ORDER BY name`,
    );
    states.push({ schema, migrations: rows.map(({ name }) => name) });
  }
  return states;
}
