import type { Client } from 'pg';
import { Umzug } from 'umzug';
import { type DatabaseAddress, connectionTo } from './database-address';
import { applicationRole } from './pool';
import { withClient } from './with-client';
import { advisoryLocks } from './advisory-locks';

export interface Migration {
  /** `0001-name`: the order, and the key that marks it as done. */
  readonly name: string;
  readonly sql: string;
  /**
   * `expand` changes nothing that the version before needs. `contract` takes away what only that version needed: where
   * versions overlap, it runs when the last process of the old one has ended.
   * @default expand
   */
  readonly phase?: 'expand' | 'contract';
}

/** Which migrations may run: those of the first phase, or all. */
export type MigrationPhase = NonNullable<Migration['phase']>;

export interface Store {
  /** The PostgreSQL schema that holds everything of this store. */
  readonly schema: string;
  readonly migrations: readonly Migration[];
}

/**
 * Brings one store's schema up to date, as the owner that `connectionString` names. Each migration is one
 * transaction; those that ran before are skipped.
 * @param phase `expand` leaves out what takes away; on one machine, versions do not overlap
 * @returns the names of the migrations that ran now
 */
export async function migrate(
  connectionString: DatabaseAddress,
  store: Store,
  phase: MigrationPhase = 'contract',
): Promise<readonly string[]> {
  const config = {
    ...connectionTo(connectionString),
    application_name: 'fincore-migrate',
    connectionTimeoutMillis: 10_000,
  };
  return withClient(config, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLocks.migrations]);
    await prepare(client, store.schema);
    const umzug = new Umzug({
      migrations: allowedIn(phase, store).map(({ name, sql }) => ({
        name,
        up: () => runMigration(client, store.schema, { name, sql }),
      })),
      storage: {
        executed: async () => {
          const done = await client.query<{ name: string }>(
            `SELECT name FROM ${store.schema}.migrations ORDER BY name`,
          );
          return done.rows.map((row) => row.name);
        },
        // Marked inside the migration's own transaction; there is nothing left to do here.
        logMigration: () => Promise.resolve(),
        unlogMigration: () => Promise.reject(new Error('migrations are never undone: write the next one')),
      },
      logger: undefined,
    });
    return (await umzug.up()).map((migration) => migration.name);
  });
}

const allowedIn = (allowed: MigrationPhase, { migrations }: Store): readonly Migration[] =>
  migrations.filter(({ phase }) => allowed === 'contract' || phase !== 'contract');

async function prepare(client: Client, schema: string): Promise<void> {
  await client.query(`
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${applicationRole}') THEN
        CREATE ROLE ${applicationRole} NOLOGIN;
      END IF;
      EXECUTE format('GRANT ${applicationRole} TO %I', current_user);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${applicationRole}`);
  await client.query(`
    CREATE TABLE IF NOT EXISTS ${schema}.migrations (
      name text PRIMARY KEY,
      run_at timestamptz NOT NULL DEFAULT now()
    )`);
  // The application asks whether its schema is there before it takes traffic.
  await client.query(`GRANT SELECT ON ${schema}.migrations TO ${applicationRole}`);
}

async function runMigration(client: Client, schema: string, { name, sql }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(`INSERT INTO ${schema}.migrations (name) VALUES ($1)`, [name]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${schema}/${name} failed and was rolled back`, { cause: error });
  }
}
