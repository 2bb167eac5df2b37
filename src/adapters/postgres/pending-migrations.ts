import type { Pool } from 'pg';
import type { Store } from './migrate';

/** Which of a store's migrations have not run that this program needs on this database; asked in the application's own role. */
export async function pendingMigrations(
  pool: Pool,
  { schema, migrations }: Store,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(`SELECT name FROM ${schema}.migrations`);
  const done = new Set(rows.map((row) => row.name));
  const needed = migrations.filter(({ phase }) => phase !== 'contract');
  return needed.map(({ name }) => name).filter((name) => !done.has(name));
}
