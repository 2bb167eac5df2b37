import type { Pool } from 'pg';
import { ensureDatabase } from '../../../src/adapters/embedded/postgres-server/ensure-database';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { listen } from '../../../src/adapters/postgres/listen';
import {
  type PostgresJournal,
  createPostgresJournal,
} from '../../../src/adapters/postgres/journal/postgres-journal';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { inTransaction, openPool } from '../../../src/adapters/postgres/pool';
import { infrastructureProblem } from '../../../src/api/errors/infrastructure-problem';
import { operatorTenant } from '../../../src/core/kernel';
import { JournalUnavailable, toStream } from '../../../src/core/ports';
import { DataDirectories, serverPid } from '../../support/embedded-postgres-directory';
import { eventually } from '../../support/eventually';
import { silence } from '../../support/silent-server';

/** Each statement is given up after this and the driver's second. */
const statementTimeoutMs = 200;

const directories = new DataDirectories();
let server: EmbeddedPostgres;
let dataDir: string;
let url: string;
let pool: Pool;
let journal: PostgresJournal;
let goOn = (): void => undefined;

beforeAll(async () => {
  dataDir = await directories.make();
  server = await startEmbeddedPostgres({ dataDir });
  await ensureDatabase(server.connectionString(), 'silent');
  url = server.connectionString('silent');
  await migrate(url, journalStore);
});
beforeEach(() => {
  pool = openPool({
    connectionString: url,
    size: 2,
    applicationName: 'test',
    statementTimeoutMs,
    connectTimeoutMs: 1_000,
  });
  journal = createPostgresJournal({ connectionString: url, writeTimeoutMs: 1_000 });
});
afterEach(async () => {
  goOn();
  goOn = () => undefined;
  await pool.end();
  await journal.close();
});
afterAll(async () => {
  await server.stop();
  await directories.removeAll();
});

const appendOnce = (stream: string) =>
  journal.append(
    toStream({
      tenant: operatorTenant,
      stream,
      expectedVersion: 0,
      events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
      metadata: { actor: 'test', correlationId: 'c1' },
    }),
  );

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: unknown) => infrastructureProblem(error)?.facts.code,
  );

const begunBackends = async (): Promise<number[]> =>
  (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows.map(({ pid }) => pid);

test('a server that says nothing fails each statement in its time as an outage, and serves again on new connections', async () => {
  const [before] = await begunBackends();
  await appendOnce('silent-1');
  goOn = await silence(await serverPid(dataDir));
  const unavailable = await Promise.all([
    problemOf(pool.query('SELECT 1')),
    problemOf(inTransaction(pool, (client) => client.query('SELECT 1'))),
    problemOf(pool.query('SELECT 1')),
    problemOf(appendOnce('silent-2')),
  ]);
  expect(unavailable).toEqual(unavailable.map(() => 'temporarily_unavailable'));
  await expect(appendOnce('silent-3')).rejects.toBeInstanceOf(JournalUnavailable);
  goOn();
  const [after] = await eventually(begunBackends);
  expect(after).not.toBe(before);
  await eventually(() => appendOnce('silent-4'));
});

test('a transaction whose server falls silent in the middle gives its connection up', async () => {
  let pid = 0;
  const work = inTransaction(pool, async (client) => {
    pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
    goOn = await silence(await serverPid(dataDir));
    await client.query('SELECT 1');
  });
  expect(await problemOf(work)).toBe('temporarily_unavailable');
  expect(pool.totalCount).toBe(0);
  goOn();
  await eventually(async () => {
    const open = await pool.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid]);
    expect(open.rowCount).toBe(0);
  });
});

test('a connection that listens finds out that its server is silent, and listens again', async () => {
  let connections = 0;
  const errors: Error[] = [];
  const stop = listen({
    connectionString: url,
    channel: 'journal',
    applicationName: 'silent-server-test',
    onNotification: () => undefined,
    onConnect: () => (connections += 1),
    onError: (error) => errors.push(error),
    heartbeat: { intervalMs: 50, answerTimeoutMs: 200 },
  });
  try {
    await eventually(() => {
      expect(connections).toBe(1);
    });
    goOn = await silence(await serverPid(dataDir));
    await eventually(() => {
      expect(errors).not.toEqual([]);
    });
    goOn();
    await eventually(() => {
      expect(connections).toBe(2);
    });
  } finally {
    goOn();
    await stop();
  }
});
