import { type Leadership, type Term, standForLeadership } from '../../../src/adapters/aws/relay/leadership';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { query } from '../../support/embedded-postgres-directory';
import { eventually } from '../../support/eventually';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

const lock = 77;

let database: TestDatabase;
const standing: Leadership[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  // For the role that the sessions drop to.
  await migrate(database.url, journalStore);
});
afterEach(() => Promise.all(standing.splice(0).map((candidate) => candidate.stop())));
afterAll(() => database.drop());

/** A candidate that writes down when its terms begin and end. */
function candidate(name: string, diary: string[], more: { begin?: () => Promise<Term> } = {}) {
  const errors: unknown[] = [];
  const leadership = standForLeadership({
    database: database.url,
    lock,
    intervalMs: 30,
    begin: () => {
      diary.push(`${name} leads`);
      return Promise.resolve({
        end: () => {
          diary.push(`${name} ends`);
          return Promise.resolve();
        },
      });
    },
    onError: (error) => errors.push(error),
    ...more,
  });
  standing.push(leadership);
  return { leadership, errors };
}

const sessions = () =>
  query<{ pid: number; holds: boolean }>(
    database.url,
    `SELECT a.pid, EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted) AS holds
     FROM pg_stat_activity a WHERE a.application_name = 'fincore-relay-leader' AND a.datname = current_database()`,
  );

test('one leads, the other stands by and takes over when the leader stops', async () => {
  const diary: string[] = [];
  const first = candidate('first', diary);
  await eventually(() => expect(first.leadership.isLeader()).toBe(true));
  const second = candidate('second', diary);
  await eventually(async () => expect(await sessions()).toHaveLength(2));
  await first.leadership.stop();
  await eventually(() => expect(second.leadership.isLeader()).toBe(true));
  expect(diary).toEqual(['first leads', 'first ends', 'second leads']);
});

test('a leader whose session the server ended ends its term, and one of the two leads again', async () => {
  const diary: string[] = [];
  const [first, second] = [candidate('first', diary), candidate('second', diary)];
  await eventually(() => expect(diary).toHaveLength(1));
  for (const { pid, holds } of await sessions())
    if (holds) await query(database.url, `SELECT pg_terminate_backend(${String(pid)})`);
  await eventually(() => expect(diary).toHaveLength(3));
  expect([first, second].filter(({ leadership }) => leadership.isLeader())).toHaveLength(1);
  expect(diary.slice(1).filter((line) => line.endsWith('ends'))).toHaveLength(1);
});

test('the server ends the session of a leader that it does not hear of', async () => {
  const diary: string[] = [];
  // Gives its first sign of life after five seconds, which the server does not wait for.
  const silent = standForLeadership({
    database: database.url,
    lock,
    intervalMs: 5_000,
    sessionTimeoutMs: 300,
    begin: () => {
      diary.push('silent leads');
      return Promise.resolve({ end: () => Promise.resolve(void diary.push('silent ends')) });
    },
    onError: () => undefined,
  });
  standing.push(silent);
  await eventually(() => expect(silent.isLeader()).toBe(true));
  const { leadership } = candidate('other', diary);
  await eventually(() => expect(leadership.isLeader()).toBe(true), { timeoutMs: 2_000 });
  await eventually(() => expect(silent.isLeader()).toBe(false));
  expect(diary).toEqual(expect.arrayContaining(['silent leads', 'other leads', 'silent ends']));
});

test('a term that cannot begin is reported and tried again', async () => {
  const diary: string[] = [];
  let tries = 0;
  const { leadership, errors } = candidate('unlucky', diary, {
    begin: () => {
      tries += 1;
      return tries < 3
        ? Promise.reject(new Error('the stream is away'))
        : Promise.resolve({ end: () => Promise.resolve() });
    },
  });
  await eventually(() => expect(leadership.isLeader()).toBe(true));
  expect(errors).toEqual([new Error('the stream is away'), new Error('the stream is away')]);
});

test('a database that is away is asked again at intervals, not without a pause', async () => {
  const errors: number[] = [];
  const away = new URL(database.url);
  away.port = '1';
  const leadership = standForLeadership({
    database: away.href,
    lock,
    intervalMs: 50,
    begin: () => Promise.reject(new Error('never called')),
    onError: () => errors.push(performance.now()),
  });
  standing.push(leadership);
  await eventually(() => expect(errors.length).toBeGreaterThan(3));
  const [first = 0, second = 0, third = 0] = errors;
  expect(Math.min(second - first, third - second)).toBeGreaterThan(40);
  expect(leadership.isLeader()).toBe(false);
});
