import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { lockInstallation } from '../../../src/operations/installation/installation-lock';
import { CommandRefused } from '../../../src/configuration/command-refused';
import { eventually } from '../../support/eventually';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

let [journal, ledger]: TestDatabase[] = [];
let admin: Client;
const held: (() => Promise<void>)[] = [];
beforeEach(async () => {
  [journal, ledger] = [await createTestDatabase(), await createTestDatabase()];
  admin = new Client({ connectionString: urls()[0] });
  await admin.connect();
});
afterEach(async () => {
  for (const release of held.splice(0)) await release();
  await admin.end();
  for (const database of [journal, ledger]) await database?.drop();
});

const urls = (): string[] => [journal, ledger].map((database) => database?.url ?? '');

interface Started {
  readonly told: string[];
  readonly lost: Error[];
  readonly release: () => Promise<void>;
}

async function start(name: string, databaseUrls: readonly string[]): Promise<Started> {
  const [told, lost]: [string[], Error[]] = [[], []];
  const release = await lockInstallation({
    databaseUrls,
    dataDirectory: `/data/${name}`,
    secret: `secret of ${name}`,
    tell: (line) => told.push(line),
    onLost: (error) => lost.push(error),
    heartbeat: { intervalMs: 100, answerTimeoutMs: 1_000 },
  });
  held.push(release);
  return { told, lost, release };
}

/** Sessions of the installation on both databases. */
async function sessionsOf(name: string): Promise<number> {
  const { rows } = await admin.query<{ count: string }>(
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'data folder /data/' || $1",
    [name],
  );
  return Number(rows[0]?.count);
}

const endSessionsOf = (name: string) =>
  admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'data folder /data/' || $1",
    [name],
  );

test('every database is held, by several processes of one installation', async () => {
  const [first, second] = [await start('one', urls()), await start('one', [...urls()].reverse())];
  expect(await sessionsOf('one')).toBe(4);
  for (const url of urls()) await expect(start('other', [url])).rejects.toThrow(CommandRefused);
  await first.release();
  await expect(start('other', urls())).rejects.toThrow(/in use by another installation .*\/data\/one/);
  await second.release();
  await start('other', urls());
});

test('an installation that gets one database and not the other holds neither', async () => {
  const [first = '', second = ''] = [...urls()].sort();
  const holder = await start('one', [second]);
  await expect(start('other', [second, first])).rejects.toThrow(CommandRefused);
  await eventually(async () => expect(await sessionsOf('other')).toBe(0));
  await holder.release();
  await start('other', urls());
});

test('of two installations that start at once, one gets all databases', async () => {
  for (let round = 0; round < 10; round += 1) {
    const both = await Promise.allSettled([start('one', urls()), start('other', [...urls()].reverse())]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const release of held.splice(0)) await release();
  }
});

test('a session that is lost is taken again, and that is told', async () => {
  const { told, lost } = await start('one', urls());
  await endSessionsOf('one');
  await eventually(async () => expect(await sessionsOf('one')).toBe(2));
  await eventually(() => expect(told.filter((line) => line.includes('is held again'))).toHaveLength(2));
  expect(told.filter((line) => line.includes('was lost; taking it again'))).toHaveLength(2);
  expect(lost).toEqual([]);
});

test('when another installation took the database meanwhile, that is the end', async () => {
  const { lost, release } = await start('one', urls());
  await admin.query('BEGIN');
  // The other one has the turn when the session is lost.
  await admin.query('SELECT pg_advisory_xact_lock(4217005, 0)');
  await admin.query('SELECT pg_advisory_lock_shared(4217005, 1)');
  await endSessionsOf('one');
  await admin.query('COMMIT');
  await eventually(() => expect(lost).toHaveLength(1));
  expect(lost[0]?.message).toMatch(/^The database .* is in use by another installation of FinCore/);
  await pause(1_500);
  expect(lost).toHaveLength(1);
  await release();
});

test('a release while the lock is being taken again leaves no session', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { release } = await start('one', urls());
    await endSessionsOf('one');
    await pause(round);
    await release();
    expect(await sessionsOf('one')).toBe(0);
  }
});
