import { advisoryLocks } from '../../src/adapters/postgres/advisory-locks';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { connectionOf } from '../support/running-postgres';
import { eventually } from '../support/eventually';
import { type Installation, createInstallation } from '../support/fincore-process';
import { type TestDatabase, createTestDatabase } from '../support/postgres';

/** What `npm start` runs. */
const program = join(process.cwd(), 'dist', 'local.js');
/** The lock under which one process at a time migrates. */
const migrationLock = advisoryLocks.migrations;
const startTimeoutMs = 30_000;

let installation: Installation;
let child: ChildProcess;

beforeEach(async () => {
  installation = await createInstallation();
});

afterEach(async () => {
  child.kill('SIGKILL');
  await installation.remove();
});

/** Starts the program, and collects what it says. */
function begin(change: Readonly<Record<string, string>>) {
  child = spawn(process.execPath, [program], {
    env: { ...installation.environment, ...change },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const says = (words: string) =>
    eventually(() => expect(text).toContain(words), { timeoutMs: startTimeoutMs });
  return { ended, said: () => text, says };
}

/** A database server that takes connections and never says a word. */
async function silentServer() {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  const asked = once(server, 'connection');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://fincore:hidden-word@127.0.0.1:${String(port)}/books`,
    /** Resolves when somebody waits for it. */
    asked,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  'ends within its bound at %s while a database does not answer, and says what it waited for',
  async (signal) => {
    const silent = await silentServer();
    try {
      const started = begin({ DATABASE_URL: silent.url, FINCORE_SHUTDOWN_TIMEOUT_MS: '300' });
      await silent.asked;
      child.kill(signal);
      expect(await started.ended).toBe(1);
      const { host } = new URL(silent.url);
      expect(started.said()).toContain('FinCore is stopping');
      expect(started.said()).toContain(
        `waited 0.3 s more for the lock by which the database ${host}/books belongs to this installation`,
      );
      expect(started.said()).not.toContain('hidden-word');
      expect(started.said()).not.toContain('could not start');
    } finally {
      silent.close();
    }
  },
);

describe('while another session holds the migrations up', () => {
  let database: TestDatabase;
  let holder: Client;
  let holderPid: number | undefined;

  beforeEach(async () => {
    database = await createTestDatabase();
    holder = new Client({ connectionString: database.url, query_timeout: 30_000 });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    holderPid = rows[0]?.pid;
  });

  afterEach(async () => {
    await holder.end();
    await database.drop();
  });

  /** Who holds the start up, by the query that an operator finds in the documentation. */
  async function blockers(): Promise<number[]> {
    const page = await readFile('docs/how-to/use-your-own-postgresql.md', 'utf8');
    const query = /SELECT pid, application_name[^;]*;/.exec(page)?.[0] ?? '';
    const { rows } = await holder.query<{ pid: number }>(query);
    return rows.map(({ pid }) => pid);
  }

  it('says what it waits for, and ends within its bound', async () => {
    const started = begin({ DATABASE_URL: database.url, FINCORE_SHUTDOWN_TIMEOUT_MS: '300' });
    const { host, pathname } = new URL(database.url);
    const place = `the schema journal in the database ${host}${pathname}`;
    await started.says(`Still waiting for ${place}: its server, and any session that locks the schema`);
    expect(await blockers()).toEqual([holderPid]);
    child.kill('SIGTERM');
    expect(await started.ended).toBe(1);
    expect(started.said()).toContain(`waited 0.3 s more for ${place}`);
  });

  it('goes no further than the step that it is at, once it may', async () => {
    const started = begin({ DATABASE_URL: database.url, FINCORE_SHUTDOWN_TIMEOUT_MS: '20000' });
    await started.says('Opening the databases.');
    child.kill('SIGTERM');
    await started.says('FinCore is stopping');
    await holder.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
    expect(await started.ended).toBe(0);
    expect(started.said()).toContain('FinCore has stopped before it was ready.');
    expect(started.said()).not.toContain('Starting the Stripe simulator.');
  });
});

it('leaves no database server behind when it is stopped as it starts', async () => {
  const started = begin({ FINCORE_SHUTDOWN_TIMEOUT_MS: '60000' });
  await started.says('Opening the databases.');
  child.kill('SIGINT');
  expect(await started.ended).toBe(0);
  expect(started.said()).toContain('FinCore has stopped before it was ready.');
  expect(await connectionOf(installation.dataDirectory).catch(() => undefined)).toBeUndefined();
});
