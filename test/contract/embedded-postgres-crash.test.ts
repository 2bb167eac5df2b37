import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimes, writeFile } from 'node:fs/promises';
import { findPackagedBinaries } from '../../src/adapters/embedded/postgres-server/packaged-binaries';
import { isAlive, isListed, processName } from '../../src/adapters/embedded/postgres-server/process-table';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { DataDirectories, processFile, query, serverPid } from '../support/embedded-postgres-directory';
import { bundleHolder, startHolder, type Holder } from '../support/embedded-postgres-holder';
import { eventually } from '../support/eventually';

const directories = new DataDirectories();
let holderProgram: Awaited<ReturnType<typeof bundleHolder>>;

beforeAll(async () => {
  holderProgram = await bundleHolder();
});
afterAll(async () => {
  await directories.removeAll();
  await holderProgram.remove();
});

const hold = async (dataDir: string): Promise<Holder> =>
  startHolder(holderProgram.file, { dataDir, packaged: await findPackagedBinaries() });

const writeRow = (url: string) => query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
const expectRow = async (url: string) =>
  expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);

async function expectGone(dataDir: string, server: EmbeddedPostgres): Promise<void> {
  const pid = await serverPid(dataDir);
  await server.stop();
  expect(isAlive(pid)).toBe(false);
}

describe('a server that dies under its user', () => {
  test.each(['SIGKILL', 'SIGQUIT', 'SIGINT'] as const)(
    'by %s comes back on the same port with what was committed',
    async (signal) => {
      const dataDir = await directories.make();
      const lines: string[] = [];
      const server = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
      await writeRow(server.connectionString());
      const pid = await serverPid(dataDir);
      process.kill(pid, signal);
      await eventually(() => expectRow(server.connectionString()), { timeoutMs: 5_000 });
      expect(await serverPid(dataDir)).not.toBe(pid);
      await eventually(() => expect(lines).toContain('PostgreSQL is back'));
      await expectGone(dataDir, server);
    },
  );

  test('is not given up by a user whose own session was killed', async () => {
    const dataDir = await directories.make();
    const first = await startEmbeddedPostgres({ dataDir });
    const second = await startEmbeddedPostgres({ dataDir });
    const leases = "FROM pg_stat_activity WHERE application_name = 'fincore lease'";
    await query(first.connectionString(), `SELECT pg_terminate_backend(pid) ${leases}`);
    await eventually(async () => {
      const held = await query(first.connectionString(), `SELECT count(*)::int AS held ${leases}`);
      expect(held).toEqual([{ held: 2 }]);
    });
    await first.stop();
    expect(await query(second.connectionString(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await expectGone(dataDir, second);
  });

  test('may be stopped while it recovers', async () => {
    const dataDir = await directories.make();
    const server = await startEmbeddedPostgres({ dataDir });
    const pid = await serverPid(dataDir);
    process.kill(pid, 'SIGKILL');
    await server.stop();
    await expect(query(server.connectionString(), 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    const next = await startEmbeddedPostgres({ dataDir });
    expect(next.adopted).toBe(false);
    await next.stop();
  });

  test('and cannot be started again is reported once', async () => {
    const dataDir = await directories.make();
    const givenUp: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, onGivenUp: (error) => givenUp.push(error.code) });
    await query(server.connectionString(), "ALTER SYSTEM SET shared_preload_libraries = 'no_such_library'");
    process.kill(await serverPid(dataDir), 'SIGKILL');
    await eventually(() => expect(givenUp).toEqual(['start_failed']));
    await server.stop();
  });
});

describe('a user that dies without stopping its server', () => {
  test('leaves it to the next one, who stops it at the end', async () => {
    const dataDir = await directories.make();
    const holder = await hold(dataDir);
    await writeRow(holder.url);
    await holder.kill();

    const next = await startEmbeddedPostgres({ dataDir });
    expect(next.adopted).toBe(true);
    expect(next.connectionString()).toBe(holder.url);
    await expectRow(next.connectionString());
    await expectGone(dataDir, next);
  });

  test('and dies together with the server: the next start recovers what was committed', async () => {
    const dataDir = await directories.make();
    const holder = await hold(dataDir);
    await writeRow(holder.url);
    process.kill(await serverPid(dataDir), 'SIGKILL');
    await holder.kill();

    const next = await startEmbeddedPostgres({ dataDir });
    await expectRow(next.connectionString());
    await expectGone(dataDir, next);
  });

  test('while another process still works with the server: it stays', async () => {
    const dataDir = await directories.make();
    const holder = await hold(dataDir);
    const other = await startEmbeddedPostgres({ dataDir });
    const third = await hold(dataDir);
    expect(third.adopted).toBe(true);
    await holder.kill();
    await third.stop();
    expect(await query(other.connectionString(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await expectGone(dataDir, other);
  });

  test('several processes that start at once share one server', async () => {
    const dataDir = await directories.make();
    const holders = await Promise.all([hold(dataDir), hold(dataDir), hold(dataDir)]);
    expect(new Set(holders.map(({ url }) => url)).size).toBe(1);
    expect(holders.filter(({ adopted }) => !adopted)).toHaveLength(1);
    const pid = await serverPid(dataDir);
    await Promise.all(holders.map((holder) => holder.stop()));
    expect(isAlive(pid)).toBe(false);
  });
});

describe('a postmaster.pid left behind', () => {
  const left = async (content: string): Promise<string> => {
    const dataDir = await directories.make();
    const server = await startEmbeddedPostgres({ dataDir });
    await writeRow(server.connectionString());
    await server.stop();
    await writeFile(processFile(dataDir), content);
    return dataDir;
  };
  const content = (pid: number) =>
    `${pid}\n/data\n1795259338\n5432\n\n127.0.0.1\n 10035213         4\nready   \n`;

  test.each([
    ['naming no process', content(2 ** 22 - 1)],
    ['naming another program', content(process.pid)],
    ['naming the first process of the machine', content(1)],
  ])('%s does not stop a start', async (_, text) => {
    const dataDir = await left(text);
    const server = await startEmbeddedPostgres({ dataDir });
    await expectRow(server.connectionString());
    await expectGone(dataDir, server);
  });

  test('naming the server of another data directory does not stop a start, nor that server', async () => {
    const otherDir = await directories.make();
    const other = await startEmbeddedPostgres({ dataDir: otherDir });
    const dataDir = await left(content(await serverPid(otherDir)));
    const server = await startEmbeddedPostgres({ dataDir });
    await expectRow(server.connectionString());
    await expectGone(dataDir, server);
    await expectGone(otherDir, other);
  });

  test('empty, by a power failure, does not stop a start', async () => {
    const dataDir = await left('');
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await utimes(processFile(dataDir), aMinuteAgo, aMinuteAgo);
    const server = await startEmbeddedPostgres({ dataDir });
    await expectRow(server.connectionString());
    await expectGone(dataDir, server);
  });
});

test('a server that does not answer is named in the refusal, and not killed', async () => {
  const dataDir = await directories.make();
  const server = await startEmbeddedPostgres({ dataDir });
  const pid = await serverPid(dataDir);
  process.kill(pid, 'SIGSTOP');
  try {
    await expect(startEmbeddedPostgres({ dataDir, startTimeoutMs: 500 })).rejects.toMatchObject({
      code: 'start_timed_out',
      message: expect.stringContaining(`process ${pid} `) as unknown,
    });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await expectGone(dataDir, server);
});

test('a process that ended counts as gone, even while its parent does not ask for it', async () => {
  const parent = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const child = Number(line.toString());
    // Once the shell has become a sleeper, nobody asks for the child any more.
    await eventually(async () => expect(await processName(parent.pid ?? 0)).toContain('sleep'));
    expect(isAlive(child)).toBe(true);
    process.kill(child, 'SIGKILL');
    await eventually(() => expect(isAlive(child)).toBe(false));
    expect(isListed(child)).toBe(true);
  } finally {
    parent.kill('SIGKILL');
  }
});

test('a program that has stopped the server ends by itself, with nothing left to wait for', async () => {
  const dataDir = await directories.make();
  const other = await startEmbeddedPostgres({ dataDir });
  const holder = await hold(dataDir);
  expect(await holder.stop()).toBe('stopped');
  await other.stop();
});
