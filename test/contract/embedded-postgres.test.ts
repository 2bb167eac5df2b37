import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connectionOf } from '../support/running-postgres';
import { ensureDatabase } from '../../src/adapters/embedded/postgres-server/ensure-database';
import { findPackagedBinaries } from '../../src/adapters/embedded/postgres-server/packaged-binaries';
import { isAlive } from '../../src/adapters/embedded/postgres-server/process-table';
import { startEmbeddedPostgres } from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { DataDirectories, query, serverPid } from '../support/embedded-postgres-directory';

const directories = new DataDirectories();
afterAll(() => directories.removeAll());

const portOf = (url: string) => Number(new URL(url).port);

describe('a server of its own', () => {
  test('keeps its data and its port from one start to the next', async () => {
    const dataDir = await directories.make();
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.connectionString(), 'CREATE TABLE kept AS SELECT 42 AS answer');
    const port = portOf(first.connectionString());
    await first.stop();

    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.connectionString(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(portOf(second.connectionString())).toBe(port);
    expect([first.adopted, second.adopted]).toEqual([false, false]);
    await second.stop();
  });

  test('leaves no process behind when it stops, and stopping twice is harmless', async () => {
    const dataDir = await directories.make();
    const server = await startEmbeddedPostgres({ dataDir });
    const pid = await serverPid(dataDir);
    await Promise.all([server.stop(), server.stop()]);
    expect(isAlive(pid)).toBe(false);
    await expect(query(server.connectionString(), 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('is durable, checks its pages, sorts alike everywhere and listens on the loopback address only', async () => {
    const server = await startEmbeddedPostgres({ dataDir: await directories.make() });
    const names = [
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'data_checksums',
      'server_encoding',
      'listen_addresses',
      'unix_socket_directories',
      'password_encryption',
      'wal_level',
      'TimeZone',
    ];
    const rows = await query<{ name: string; setting: string }>(
      server.connectionString(),
      `SELECT name, setting FROM pg_settings WHERE name IN (${names.map((name) => `'${name}'`).join()})`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      password_encryption: 'scram-sha-256',
      wal_level: 'replica',
      TimeZone: 'UTC',
    });
    await server.stop();
  });

  test('what an operator sets with ALTER SYSTEM wins over the settings of FinCore', async () => {
    const dataDir = await directories.make();
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.connectionString(), "ALTER SYSTEM SET shared_buffers = '64MB'");
    await first.stop();
    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.connectionString(), 'SHOW shared_buffers')).toEqual([
      { shared_buffers: '64MB' },
    ]);
    await second.stop();
  });

  test('asks for its password, which only the owner of the data may read', async () => {
    const dataDir = await directories.make();
    const server = await startEmbeddedPostgres({ dataDir });
    const guessed = new URL(server.connectionString());
    expect(guessed.password.length).toBeGreaterThanOrEqual(32);
    guessed.password = 'guessed';
    await expect(query(guessed.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const connectionFile = await stat(join(dataDir, 'postgres', 'data', 'fincore-connection.json'));
    expect(connectionFile.mode & 0o777).toBe(0o600);
    await server.stop();
  });

  test('moves to another port when its own is taken', async () => {
    const dataDir = await directories.make();
    const first = await startEmbeddedPostgres({ dataDir });
    const port = portOf(first.connectionString());
    await first.stop();
    const occupant = createServer().listen({ host: '127.0.0.1', port });
    await once(occupant, 'listening');
    try {
      const second = await startEmbeddedPostgres({ dataDir });
      expect(portOf(second.connectionString())).not.toBe(port);
      expect(await query(second.connectionString(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect((await connectionOf(dataDir))?.connectionString()).toBe(second.connectionString());
      await second.stop();
    } finally {
      occupant.close();
    }
  });
});

describe('a server that several use', () => {
  test('runs until the last of them stops', async () => {
    const dataDir = await directories.make();
    const first = await startEmbeddedPostgres({ dataDir });
    const second = await startEmbeddedPostgres({ dataDir });
    expect([first.adopted, second.adopted]).toEqual([false, true]);
    expect(second.connectionString('ledger')).toBe(first.connectionString('ledger'));

    const pid = await serverPid(dataDir);
    await first.stop();
    expect(await query(second.connectionString(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test('is one server when all start at once on an empty directory, and none is left when all stop at once', async () => {
    const dataDir = await directories.make();
    const servers = await Promise.all(Array.from({ length: 4 }, () => startEmbeddedPostgres({ dataDir })));
    expect(new Set(servers.map((server) => server.connectionString())).size).toBe(1);
    expect(servers.filter((server) => !server.adopted)).toHaveLength(1);

    const pid = await serverPid(dataDir);
    await Promise.all(servers.map((server) => server.stop()));
    expect(isAlive(pid)).toBe(false);
  });

  test('is found by anyone who only looks', async () => {
    const dataDir = await directories.make();
    expect(await connectionOf(join(dataDir, 'missing'))).toBeUndefined();
    expect(await connectionOf(dataDir)).toBeUndefined();
    const server = await startEmbeddedPostgres({ dataDir });
    const found = await connectionOf(dataDir);
    expect(found?.connectionString()).toBe(server.connectionString());
    expect(found?.pid).toBe(await serverPid(dataDir));
    await server.stop();
    expect(await connectionOf(dataDir)).toBeUndefined();
  });
});

describe('refusals tell what to do', () => {
  test('data of another major version', async () => {
    const dataDir = await directories.make();
    await startEmbeddedPostgres({ dataDir }).then((server) => server.stop());
    const versionFile = join(dataDir, 'postgres', 'data', 'PG_VERSION');
    const version = await readFile(versionFile, 'utf8');
    await writeFile(versionFile, '14\n');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: 'data_version_mismatch',
      message: expect.stringMatching(/written by PostgreSQL 14, .*pg_dump/) as unknown,
    });
    await writeFile(versionFile, version);
  });

  test('a data directory that cannot be made', async () => {
    const file = join(await directories.make(), 'file');
    await writeFile(file, '');
    await expect(startEmbeddedPostgres({ dataDir: join(file, 'data') })).rejects.toMatchObject({
      code: 'data_directory_denied',
      message: expect.stringContaining('FINCORE_DATA_DIR') as unknown,
    });
  });

  test.each([
    { platform: 'linux', arch: 'mips' },
    { platform: 'win32', arch: 'x64' },
  ])('a platform without binaries: $platform-$arch', async (machine) => {
    await expect(findPackagedBinaries(machine)).rejects.toMatchObject({
      code: 'platform_unsupported',
      message: expect.stringMatching(
        new RegExp(`${machine.platform}-${machine.arch}.*DATABASE_URL`),
      ) as unknown,
    });
  });

  test('a server that cannot read its configuration: its own words are in the message', async () => {
    const dataDir = await directories.make();
    const server = await startEmbeddedPostgres({ dataDir });
    await query(server.connectionString(), "ALTER SYSTEM SET shared_preload_libraries = 'no_such_library'");
    await server.stop();
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('no_such_library') as unknown,
    });
  });

  test('a password that was changed by hand', async () => {
    const dataDir = await directories.make();
    const server = await startEmbeddedPostgres({ dataDir });
    await query(server.connectionString(), "ALTER USER fincore PASSWORD 'changed'");
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'password_rejected' });
    await server.stop();
  });
});

describe('ensureDatabase', () => {
  test('creates a database once, no matter who asks, whatever its name', async () => {
    const server = await startEmbeddedPostgres({ dataDir: await directories.make() });
    const name = 'led"ger ü';
    await Promise.all(Array.from({ length: 8 }, () => ensureDatabase(server.connectionString(), name)));
    await ensureDatabase(server.connectionString(), name);
    const rows = await query(server.connectionString(name), 'SELECT current_database() AS name');
    expect(rows).toEqual([{ name }]);
    await server.stop();
  });

  test('a server that cannot be reached is an error, not a wait', async () => {
    const dataDir = await directories.make();
    const server = await startEmbeddedPostgres({ dataDir });
    await server.stop();
    await expect(ensureDatabase(server.connectionString(), 'ledger')).rejects.toThrow('ECONNREFUSED');
  });
});

test('a home that exists already, empty, is used', async () => {
  const dataDir = await directories.make();
  await mkdir(join(dataDir, 'postgres', 'data'), { recursive: true });
  const server = await startEmbeddedPostgres({ dataDir });
  expect(await query(server.connectionString(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await server.stop();
});
