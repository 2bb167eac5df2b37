import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { toTimestamp } from '../../src/core/kernel';
import { query } from '../support/embedded-postgres-directory';
import { type FinCoreProcess, type Installation, createInstallation } from '../support/fincore-process';
import { type TestDatabase, createTestDatabase } from '../support/postgres';

let installation: Installation;
let database: TestDatabase;
let running: FinCoreProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  installation = await createInstallation({ DATABASE_URL: database.url });
  running = await installation.start();
  await installation.command('verify');
}, 120_000);
afterAll(async () => {
  await installation.remove();
  await database.drop();
});

interface Seen {
  readonly part: string;
  readonly well: boolean;
  readonly seen: string;
  readonly advice: string | null;
}

async function examine(): Promise<{ readonly code: number | null; readonly found: readonly Seen[] }> {
  const { code, stdout, stderr } = await installation.command('doctor', '--json');
  if (stdout === '') throw new Error(stderr);
  return {
    code,
    found: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Seen),
  };
}

async function faults() {
  const { code, found } = await examine();
  const ill = found.filter(({ well }) => !well);
  expect(code).toBe(ill.length > 0 ? 1 : 0);
  for (const { advice } of ill) expect(advice).toMatch(/^[A-Z].*[^ ]$/s);
  return ill.map(({ part, seen }) => `${part}: ${seen}`);
}

it('finds nothing wrong with an installation that runs, and says what it saw', async () => {
  const { code, found } = await examine();
  expect({ code, ill: found.filter(({ well }) => !well) }).toEqual({ code: 0, ill: [] });
  const seenOf = (part: string) => found.find((one) => one.part === part)?.seen;
  expect(seenOf('program')).toBe(`FinCore 0.1.0 answers at ${running.credentials.api_url}`);
  expect(seenOf('databases')).toMatch(/^PostgreSQL 18/);
  expect(seenOf('provider')).toMatch(/^the simulator answers at http.*: test money only$/);
  expect(seenOf('clock')).toMatch(/^the database .* is 0\.\d s (behind|ahead of) this machine$/);
  expect(seenOf('readers')).toMatch(/^\d readers keep up with position \d+$/);
  expect(seenOf('verification')).toBe('sound, 0.0 h ago');
  expect([...new Set(found.map(({ part }) => part))]).toEqual([
    'folder',
    'disk',
    'descriptors',
    'program',
    'provider',
    'backup',
    'verification',
    'databases',
    'clock',
    'migrations',
    'readers',
    'jobs',
  ]);
});

it('finds the program at the port of its start, where the command names none', async () => {
  const { FINCORE_PORT = '' } = installation.environment;
  installation.addEnvironment({ FINCORE_PORT: '1' });
  try {
    const { found } = await examine();
    expect(found.find(({ part }) => part === 'program')?.seen).toBe(
      `FinCore 0.1.0 answers at ${running.credentials.api_url}`,
    );
  } finally {
    installation.addEnvironment({ FINCORE_PORT });
  }
});

it('prints a line for each part, and below a fault what to do', async () => {
  await chmod(installation.dataDirectory, 0o755);
  try {
    const { code, stdout } = await installation.command('doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAULT {2}folder +other users may use \S+\n +Take the right away: chmod go-rwx/m);
    expect(stdout).toMatch(/^ok {5}disk +\d+\.\d GiB free$/m);
  } finally {
    await chmod(installation.dataDirectory, 0o700);
  }
});

it('finds a schema that is older than the program, and looks no further', async () => {
  await query(database.url, "DELETE FROM ledger.migrations WHERE name = '0001-ledger'");
  try {
    expect(await faults()).toEqual(['migrations: the schema ledger lacks 0001-ledger']);
  } finally {
    await query(database.url, "INSERT INTO ledger.migrations (name) VALUES ('0001-ledger')");
  }
});

it('finds the last verification that found a fault', async () => {
  const file = join(installation.dataDirectory, 'last-verification.json');
  const endedAt = toTimestamp(Date.now());
  await writeFile(file, JSON.stringify({ ended_at: endedAt, sound: false, finding: 'ledger: no balance' }));
  expect(await faults()).toEqual(['verification: 0.0 h ago a fault was found: ledger: no balance']);
  await installation.command('verify');
  expect(await faults()).toEqual([]);
});

it('refuses what belongs to a stage', async () => {
  expect(await installation.command('doctor', '--no-charge')).toMatchObject({ code: 2 });
});

it('finds a program that does not run, readers that are behind, and a port that another program has', async () => {
  await running.stop();
  await query(
    database.url,
    "UPDATE ledger.checkpoints SET position = 0; UPDATE journal.events SET recorded_at = recorded_at - interval '2 hours' WHERE position = 1",
  );
  const url = running.credentials.api_url;
  expect(await faults()).toEqual([
    `program: FinCore does not run at ${url}`,
    'provider: the simulator does not run',
    expect.stringMatching(/^readers: ledger lacks \d events, the oldest for 7\d\d\d s$/),
  ]);
  const other = createServer((_, response) => response.end('hello')).listen(
    Number(new URL(url).port),
    '127.0.0.1',
  );
  await once(other, 'listening');
  try {
    expect((await faults())[0]).toMatch(/^program: Port \d+ on 127\.0\.0\.1 is in use by another program\./);
  } finally {
    other.close();
  }
});

it('goes on to what it can see when the database cannot be reached', async () => {
  installation.addEnvironment({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' });
  const found = await faults();
  expect(found.find((fault) => fault.startsWith('databases: '))).toContain('ECONNREFUSED');
});
