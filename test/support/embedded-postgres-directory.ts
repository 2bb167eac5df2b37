import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { connectionOf } from './running-postgres';

const timeoutMs = 10_000;

/** Data directories of a suite; removing them also stops what still runs in them. */
export class DataDirectories {
  readonly #made: string[] = [];

  async make(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), `fincore-test-${process.pid}-`));
    this.#made.push(directory);
    return directory;
  }

  async removeAll(): Promise<void> {
    for (const dataDir of this.#made.splice(0)) {
      const isServing = (await connectionOf(dataDir).catch(() => undefined)) !== undefined;
      if (isServing) await startEmbeddedPostgres({ dataDir }).then((server) => server.stop());
      await rm(dataDir, { recursive: true, force: true });
    }
  }
}

/** One statement on a session of its own. */
export async function query<Row extends QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The process id that the server itself wrote. */
export async function serverPid(dataDir: string): Promise<number> {
  return Number((await readFile(processFile(dataDir), 'utf8')).split('\n')[0]);
}

export const processFile = (dataDir: string): string => join(dataDir, 'postgres', 'data', 'postmaster.pid');
