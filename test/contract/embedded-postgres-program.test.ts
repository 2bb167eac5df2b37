import { Client } from 'pg';
import { auditStore } from '../../src/adapters/postgres/audit/audit-store';
import { ensureDatabase } from '../../src/adapters/embedded/postgres-server/ensure-database';
import { programUser } from '../../src/adapters/embedded/postgres-server/program-login';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { journalStore } from '../../src/adapters/postgres/journal/journal-store';
import { ledgerStore } from '../../src/adapters/postgres/ledger/ledger-store';
import { migrate } from '../../src/adapters/postgres/migrate';
import { openPool } from '../../src/adapters/postgres/pool';
import { DataDirectories, query } from '../support/embedded-postgres-directory';

const directories = new DataDirectories();
const database = 'programs';
let server: EmbeddedPostgres;
let programUrl: string;
let client: Client;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ dataDir: await directories.make() });
  await ensureDatabase(server.connectionString(), database);
  for (const store of [journalStore, ledgerStore, auditStore])
    await migrate(server.connectionString(database), store);
  programUrl = await server.programConnectionString(database);
});
afterAll(async () => {
  await server.stop();
  await directories.removeAll();
});
beforeEach(async () => {
  client = new Client({ connectionString: programUrl });
  await client.connect();
});
afterEach(() => client.end());

const codeOf = (statement: string): Promise<string> =>
  client.query(statement).then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );

const denied = '42501';
const recorded = ['journal.events', 'ledger.entries', 'audit.entries'];

describe.each(['', 'SET ROLE NONE', 'RESET ROLE', 'SET ROLE fincore_app', 'RESET SESSION AUTHORIZATION'])(
  'the login of programs after "%s"',
  (before) => {
    beforeEach(async () => {
      if (before !== '') await client.query(before);
    });

    test('may add to what was recorded, and not change or remove it', async () => {
      for (const table of recorded) {
        expect([table, await codeOf(`SELECT count(*) FROM ${table}`)]).toEqual([table, 'done']);
        for (const statement of [
          `DELETE FROM ${table}`,
          `TRUNCATE ${table}`,
          `UPDATE ${table} SET tenant = 'x'`,
          `DROP TABLE ${table}`,
          `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
        ])
          expect([statement, await codeOf(statement)]).toEqual([statement, denied]);
      }
    });

    test('becomes no stronger role and reaches nothing outside of the database', async () => {
      const [owner] = await query<{ owner: string }>(
        server.connectionString(),
        'SELECT current_user::text AS owner',
      );
      for (const statement of [
        `SET ROLE ${owner?.owner ?? ''}`,
        `SET SESSION AUTHORIZATION ${owner?.owner ?? ''}`,
        `GRANT ${owner?.owner ?? ''} TO ${programUser}`,
        'SET ROLE pg_read_all_data',
        `ALTER ROLE ${programUser} SUPERUSER`,
        `ALTER ROLE ${programUser} CREATEROLE`,
        'CREATE ROLE stronger SUPERUSER',
        'CREATE DATABASE another',
        `COPY (SELECT 1) TO PROGRAM 'true'`,
        `SELECT pg_read_file('PG_VERSION')`,
        'ALTER SYSTEM SET fsync = off',
      ])
        expect([statement, await codeOf(statement)]).toEqual([statement, denied]);
    });
  },
);

test('a pool of the application drops to its role, from which no statement leads to more than the login', async () => {
  const pool = openPool({ connectionString: programUrl, size: 1, applicationName: 'test' });
  try {
    const whoIs = async () =>
      (
        await pool.query<{ user: string; super: boolean }>(
          'SELECT current_user::text AS user, rolsuper AS super FROM pg_roles WHERE rolname = current_user',
        )
      ).rows[0];
    expect(await whoIs()).toEqual({ user: 'fincore_app', super: false });
    await pool.query('SET ROLE NONE');
    expect(await whoIs()).toEqual({ user: programUser, super: false });
  } finally {
    await pool.end();
  }
});

test('processes that start together make the login once, and one that was changed is set right', async () => {
  await query(
    server.connectionString(),
    `ALTER ROLE ${programUser} WITH NOLOGIN CREATEROLE PASSWORD 'other'`,
  );
  const urls = await Promise.all(Array.from({ length: 5 }, () => server.programConnectionString(database)));
  expect(new Set(urls)).toEqual(new Set([programUrl]));
  expect(await query(programUrl, 'SELECT rolcreaterole FROM pg_roles WHERE rolname = session_user')).toEqual([
    { rolcreaterole: false },
  ]);
});
