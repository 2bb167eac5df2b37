import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import {
  createPostgresJournal,
  type PostgresJournal,
} from '../../../src/adapters/postgres/journal/postgres-journal';
import { appendEvent } from '../../../src/adapters/postgres/journal/queries/append-event';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { connectionTo } from '../../../src/adapters/postgres/database-address';
import { sessionWith } from '../../../src/adapters/postgres/pool';
import { operatorTenant } from '../../../src/core/kernel';
import { type Append, JournalOverloaded, JournalUnavailable, toStream } from '../../../src/core/ports';
import { createTestDatabase } from '../../support/postgres';
import { balancesContract } from './balances.contract';
import { journalContract } from './journal.contract';
import { effectsOfMoved } from '../../support/moved';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const opened: PostgresJournal[] = [];

function open(options: Partial<Parameters<typeof createPostgresJournal>[0]> = {}): PostgresJournal {
  const journal = createPostgresJournal({ connectionString: database.url, pollIntervalMs: 50, ...options });
  opened.push(journal);
  return journal;
}

const append = (stream: string, more: Partial<Append> = {}): Append =>
  toStream({
    tenant: operatorTenant,
    stream,
    expectedVersion: 0,
    events: [{ type: 'Tested', schemaVersion: 1, data: { n: 1 } }],
    metadata: { actor: 'test', correlationId: 'c1' },
    ...more,
  });

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, journalStore);
});
afterEach(() => Promise.all(opened.splice(0).map((journal) => journal.close())));
afterAll(() => database.drop());

const openForContract = () =>
  Promise.resolve({
    journal: open({ effectsOf: effectsOfMoved }),
    another: () => Promise.resolve(open({ effectsOf: effectsOfMoved })),
    close: () => Promise.resolve(),
  });

journalContract('postgres', openForContract);
balancesContract('postgres', openForContract);

test('migrating again does nothing', async () => {
  expect(await migrate(database.url, journalStore)).toEqual([]);
});

test('an append that the database cannot store fails alone', async () => {
  const journal = open();
  const outcomes = await Promise.allSettled(
    ['fine-1', 'broken-\u0000', 'fine-2'].map((stream) => journal.append(append(stream))),
  );
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('appends beyond the bound are refused at once, and those within it are written', async () => {
  const journal = open({ queueLimit: 3 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, (_, n) => journal.append(append(`bounded-${String(n)}`))),
  );
  expect(outcomes.map((outcome) => outcome.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
  ]);
  expect(outcomes[3]).toMatchObject({ reason: expect.any(JournalOverloaded) as unknown });
});

test('a killed writer connection fails what was in flight and the next append goes through', async () => {
  const journal = open();
  await journal.append(append('before-kill'));
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fincore-journal' AND datname = current_database()",
  );
  await admin.end();
  const outcome = await journal.append(append('after-kill')).catch((error: unknown) => error);
  if (outcome instanceof Error) {
    expect(outcome).toBeInstanceOf(JournalUnavailable);
    expect(await journal.append(append('after-kill'))).toMatchObject({ kind: 'appended' });
  }
  expect(await journal.readStream(operatorTenant, 'after-kill')).toHaveLength(1);
});

test('a retry that comes alone is no error in the server, which would log it', async () => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const event = { type: 'Tested', schemaVersion: 1, data: {} };
  const idempotency = {
    keyHash: randomBytes(16),
    requestHash: randomBytes(16),
    answer: { status: 201, body: '' },
  };
  const tryOnce = () => {
    const retried = append(`retried-${randomUUID()}`, { idempotency });
    const [write] = retried.writes;
    return write === undefined ? null : appendEvent(client, 1, retried, write, event);
  };
  await client.query('BEGIN');
  expect(await tryOnce()).not.toBeNull();
  expect(await tryOnce()).toBeNull();
  // An error would have ended the transaction.
  await expect(client.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
  await client.query('ROLLBACK');
  await client.end();
});

test('another process’s commit wakes a subscriber by notification', async () => {
  const [reader, writer] = [open({ pollIntervalMs: 60_000 }), open()];
  let wakes = 0;
  let woken: () => void = () => undefined;
  const wakeAfter = (count: number) =>
    new Promise<void>((resolve) => {
      woken = () => wakes >= count && resolve();
    });
  // The first wake says that the listener is connected.
  const connected = wakeAfter(1);
  reader.subscribe(() => {
    wakes += 1;
    woken();
  });
  await connected;
  const next = wakeAfter(wakes + 1);
  await writer.append(append('notified'));
  await next;
});

describe('two processes that append alone, each without having seen the other', () => {
  const key = { keyHash: randomBytes(16), requestHash: randomBytes(16), answer: { status: 201, body: '{}' } };

  test.each([
    { same: 'stream', more: () => ({}), loser: { kind: 'conflict' } },
    {
      same: 'key',
      more: () => ({ stream: `raced-${randomUUID()}`, idempotency: key }),
      loser: { kind: 'replayed', answer: key.answer },
    },
  ])(
    'and want the same $same: one is written, and the positions have no gap',
    async ({ same, more, loser }) => {
      const [one, other] = [open(), open()];
      const before = await one.head();
      const holder = await connect();
      await holder.query('BEGIN; SELECT FROM journal.heads FOR UPDATE');
      const both = Promise.all(
        [one, other].map((journal) => journal.append(append(`raced-${same}`, more()))),
      );
      // Their snapshots are then older than what the first of them writes.
      await bothWait().finally(() => holder.end());
      const outcomes = await both;
      expect(outcomes).toContainEqual(expect.objectContaining({ kind: 'appended', position: before + 1 }));
      expect(outcomes).toContainEqual(loser);
      expect(await one.append(append(`after-${same}`))).toMatchObject({ position: before + 2 });
    },
  );

  async function bothWait(): Promise<void> {
    const admin = await connect();
    const waiting =
      "SELECT FROM pg_stat_activity WHERE application_name = 'fincore-journal' AND wait_event_type = 'Lock' AND datname = current_database()";
    const deadlineMs = Date.now() + 10_000;
    try {
      while ((await admin.query(waiting)).rowCount !== 2)
        if (Date.now() > deadlineMs) throw new Error('the two appends never waited for the head');
    } finally {
      await admin.end();
    }
  }

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    return client;
  }
});

test.each([
  'UPDATE journal.events SET type = type',
  'DELETE FROM journal.events',
  'TRUNCATE journal.events',
  'DELETE FROM journal.idempotency_keys',
])('the application role may not: %s', async (statement) => {
  const client = new Client(connectionTo(database.url, { options: sessionWith({}) }));
  await client.connect();
  await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
  await client.end();
});
