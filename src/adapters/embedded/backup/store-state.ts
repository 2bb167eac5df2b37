import type { ClientBase } from 'pg';
import type { JobsState, StoreState } from './manifest';

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

/** The job library's own tables: their version, and the queues that have a partition each. Null before the first start. */
export async function readJobsState(client: ClientBase, schema: string): Promise<JobsState | null> {
  const found = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (found.rowCount === 0) return null;
  const { rows } = await client.query<{ version: number }>(`SELECT version FROM ${schema}.version`);
  const queues = await client.query<{ name: string }>(`SELECT name FROM ${schema}.queue ORDER BY name`);
  return { schema, version: rows[0]?.version ?? 0, queues: queues.rows.map(({ name }) => name) };
}
