import type { Client } from 'pg';
import PgBoss from 'pg-boss';
import { migrate } from '../../postgres/migrate';
import { applicationRole } from '../../postgres/pool';
import { withClient } from '../../postgres/with-client';
import { createIndexes } from './pg-boss-tables';
import { advisoryLocks } from '../../postgres/advisory-locks';

export interface SetupOptions {
  /** Names the owner of the tables, not the application role. */
  readonly connectionString: string;
  readonly schema: string;
  readonly queues: readonly string[];
}

/**
 * Brings pg-boss' tables and the queues up to date, as the owner, on a connection of its own. The running
 * application then needs no right to change tables.
 */
export async function setUpPgBoss(options: SetupOptions): Promise<void> {
  // The store has no migrations of ours: this makes the schema and the application role that it is granted to.
  await migrate(options.connectionString, { schema: options.schema, migrations: [] });
  await asOwner(options, async (client, boss) => {
    await createQueues(boss, options.queues);
    await createIndexes(client, options.schema);
    await client.query(`
      GRANT SELECT, INSERT, UPDATE, DELETE ON ${options.schema}.job, ${options.schema}.archive TO ${applicationRole};
      GRANT SELECT ON ${options.schema}.queue TO ${applicationRole};
      GRANT SELECT, UPDATE ON ${options.schema}.version TO ${applicationRole}`);
  });
}

/** For a queue that was not known at start. */
export const addQueues = (options: SetupOptions): Promise<void> =>
  asOwner(options, (_client, boss) => createQueues(boss, options.queues));

async function createQueues(boss: PgBoss, queues: readonly string[]): Promise<void> {
  for (const name of queues) await boss.createQueue(name);
}

async function asOwner(
  { connectionString, schema }: SetupOptions,
  work: (client: Client, boss: PgBoss) => Promise<void>,
): Promise<void> {
  const config = {
    connectionString,
    application_name: 'fincore-jobs-setup',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
  };
  await withClient(config, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLocks.jobQueue]);
    const boss = new PgBoss({
      schema,
      supervise: false,
      schedule: false,
      db: { executeSql: (text, values) => client.query(text, values) },
    });
    await boss.start();
    await work(client, boss);
  });
}
