import type { Pool } from 'pg';
import { readOutbox } from '../../../src/adapters/aws/relay/queries/read-outbox';
import { createRelayReader } from '../../../src/adapters/aws/relay/relay-reader';
import { relayStore } from '../../../src/adapters/aws/relay/relay-store';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { createPostgresJournal } from '../../../src/adapters/postgres/journal/postgres-journal';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { openPool } from '../../../src/adapters/postgres/pool';
import { operatorTenant } from '../../../src/core/kernel';
import { type Job, type RecordedEvent, noMetrics, toStream } from '../../../src/core/ports';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

let database: TestDatabase;
let pool: Pool;
let journal: ReturnType<typeof createPostgresJournal>;

beforeEach(async () => {
  database = await createTestDatabase();
  await migrate(database.url, journalStore);
  await migrate(database.url, relayStore);
  pool = openPool({ connectionString: database.url, size: 2, applicationName: 'fincore-test' });
  journal = createPostgresJournal({ connectionString: database.url });
  await journal.append(
    toStream({
      tenant: operatorTenant,
      stream: 'test-1',
      expectedVersion: 0,
      events: [1, 2, 3].map((n) => ({ type: 'Tested', schemaVersion: 1, data: { n } })),
      metadata: { actor: 'test', correlationId: 'c1' },
    }),
  );
});
afterEach(async () => {
  await journal.close();
  await pool.end();
  await database.drop();
});

const jobFor = ({ stream, version }: RecordedEvent): Job => ({
  queue: 'payments',
  name: 'do-something',
  key: `${stream}/${String(version)}`,
  data: {},
});

/** A stream and a queue that keep what they took, and can refuse. */
function relay() {
  const taken: string[] = [];
  const trouble = { publish: false, enqueue: false };
  const reader = createRelayReader({
    pool,
    publisher: {
      publish(events) {
        if (trouble.publish) return Promise.reject(new Error('the stream is away'));
        taken.push(...events.map(({ position }) => `event ${String(position)}`));
        return Promise.resolve();
      },
    },
    queue: {
      enqueue(jobs) {
        if (trouble.enqueue) return Promise.reject(new Error('the queue is away'));
        taken.push(...jobs.map(({ key }) => `job ${key}`));
        return Promise.resolve();
      },
    },
    jobsFor: (events) => events.filter(({ version }) => version === 2).map(jobFor),
    metrics: noMetrics,
  });
  return { reader, taken, trouble };
}

test('publishes, sends the jobs, and then moves the checkpoint', async () => {
  const { reader, taken } = relay();
  const events = await journal.read(0, 10);
  expect(await reader.apply(0, events)).toBe('applied');
  expect(taken).toEqual(['event 1', 'event 2', 'event 3', 'job test-1/2']);
  expect(await reader.checkpoint()).toBe(3);
});

test.each([
  ['publish', 'the stream is away', []],
  ['enqueue', 'the queue is away', ['event 1', 'event 2', 'event 3']],
] as const)('a failure to %s leaves the checkpoint, and all comes again', async (where, words, before) => {
  const { reader, taken, trouble } = relay();
  const events = await journal.read(0, 10);
  trouble[where] = true;
  await expect(reader.apply(0, events)).rejects.toThrow(words);
  expect(taken).toEqual(before);
  expect(await reader.checkpoint()).toBe(0);
  trouble[where] = false;
  expect(await reader.apply(0, events)).toBe('applied');
  expect(taken).toEqual([...before, 'event 1', 'event 2', 'event 3', 'job test-1/2']);
});

test('a leader that was overtaken is told so', async () => {
  const events = await journal.read(0, 10);
  expect(await relay().reader.apply(0, events)).toBe('applied');
  expect(await relay().reader.apply(0, events)).toBe('moved');
});

test('tells how many events wait, and how old the oldest is', async () => {
  const { reader } = relay();
  const unread = await readOutbox(pool, 1);
  expect(unread.eventCount).toBe(3);
  expect(unread.ageMs).toBeGreaterThan(0);
  expect(unread.ageMs).toBeLessThan(60_000);
  await reader.apply(0, await journal.read(0, 2));
  expect((await readOutbox(pool, 1)).eventCount).toBe(1);
  await reader.apply(2, await journal.read(2, 10));
  expect(await readOutbox(pool, 1)).toEqual({ eventCount: 0, ageMs: 0 });
});
