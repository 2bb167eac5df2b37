import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { ensureDatabase } from '../../src/adapters/embedded/postgres-server/ensure-database';
import { testDatabaseUrl } from './test-run';

/** An empty database of one suite. */
export interface TestDatabase {
  readonly url: string;
  /** Ends every session on it and removes it. */
  drop(): Promise<void>;
}

const queryTimeoutMs = 30_000;

/** Makes a fresh database on the server of the run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return makeTestDatabase(ensureDatabase);
}

/** Makes one that holds what another holds, on which there is no session. */
export async function copyTestDatabase(sourceUrl: string): Promise<TestDatabase> {
  const source = new URL(sourceUrl).pathname.slice(1);
  return makeTestDatabase((adminUrl, name) =>
    onServer(adminUrl, (quoted) => `CREATE DATABASE ${quoted(name)} TEMPLATE ${quoted(source)}`),
  );
}

async function makeTestDatabase(
  make: (adminUrl: string, name: string) => Promise<void>,
): Promise<TestDatabase> {
  const adminUrl = process.env[testDatabaseUrl];
  if (adminUrl === undefined)
    throw new Error(`${testDatabaseUrl} is not set: run the tests through jest.config.ts`);
  const name = `fincore_test_${randomBytes(8).toString('hex')}`;
  await make(adminUrl, name);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => dropDatabase(adminUrl, name) };
}

const dropDatabase = (adminUrl: string, name: string): Promise<void> =>
  onServer(adminUrl, (quoted) => `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);

async function onServer(
  adminUrl: string,
  statement: (quoted: (name: string) => string) => string,
): Promise<void> {
  const client = new Client({
    connectionString: adminUrl,
    connectionTimeoutMillis: queryTimeoutMs,
    query_timeout: queryTimeoutMs,
  });
  await client.connect();
  try {
    await client.query(statement((name) => client.escapeIdentifier(name)));
  } finally {
    await client.end();
  }
}
