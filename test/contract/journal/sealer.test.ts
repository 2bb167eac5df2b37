import { Client, type Pool } from 'pg';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import {
  type PostgresJournal,
  createPostgresJournal,
} from '../../../src/adapters/postgres/journal/postgres-journal';
import { createSealTrail, createSealer } from '../../../src/adapters/postgres/journal/sealer';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { connectionTo } from '../../../src/adapters/postgres/database-address';
import { openPool, sessionWith } from '../../../src/adapters/postgres/pool';
import { sha256 } from '../../../src/adapters/postgres/sha256';
import { verifySeals } from '../../../src/core/journal';
import { operatorTenant } from '../../../src/core/kernel';
import { createTestDatabase } from '../../support/postgres';
import { toStream } from '../../../src/core/ports';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let journal: PostgresJournal;
let pool: Pool;

beforeEach(async () => {
  database = await createTestDatabase();
  await migrate(database.url, journalStore);
  journal = createPostgresJournal({ connectionString: database.url });
  pool = openPool({ connectionString: database.url, size: 4, applicationName: 'fincore-test' });
  for (let n = 1; n <= 20; n += 1) {
    const events = [{ type: 'Tested', schemaVersion: 1, data: { n, text: 'ü "\\ 🙂' } }];
    await journal.append(
      toStream({
        tenant: operatorTenant,
        stream: `s-${String(n)}`,
        expectedVersion: 0,
        events,
        metadata: { actor: 't', correlationId: 'c' },
      }),
    );
  }
});
afterEach(async () => {
  await journal.close();
  await pool.end();
  await database.drop();
});

const verify = () => verifySeals({ trail: createSealTrail(pool), feed: journal, sha256 });

async function sealAll(batch: number): Promise<void> {
  const sealer = createSealer(pool);
  for (;;) {
    const from = await sealer.checkpoint();
    const events = await journal.read(from, batch);
    if (events.length === 0) return;
    await sealer.apply(from, events);
  }
}

test.each([
  ['before', 3],
  ['beyond', 7],
])('what begins %s the end of the seals is not sealed: no seal overlaps or leaves out', async (_, from) => {
  const sealer = createSealer(pool);
  expect(await sealer.apply(0, await journal.read(0, 5))).toBe('applied');
  expect(await sealer.apply(from, await journal.read(from, 4))).toBe('moved');
  expect(await sealer.checkpoint()).toBe(5);
  await sealAll(6);
  expect(await verify()).toMatchObject({ sealedThrough: 20, fault: null });
});

test('seals what it reads, once, no matter who comes second', async () => {
  const [first, second] = [createSealer(pool), createSealer(pool)];
  const events = await journal.read(0, 5);
  const outcomes = await Promise.all([first.apply(0, events), second.apply(0, await journal.read(0, 9))]);
  expect([...outcomes].sort()).toEqual(['applied', 'moved']);
  await sealAll(6);
  expect(await verify()).toMatchObject({ sealedThrough: 20, fault: null });
  expect(await first.apply(0, events)).toBe('moved');
});

test.each([
  ['UPDATE journal.events SET data = \'{"n":8}\' WHERE position = 7', 'event', 7],
  [
    "UPDATE journal.events SET recorded_at = recorded_at + interval '1 second' WHERE position = 9",
    'event',
    9,
  ],
  ['DELETE FROM journal.events WHERE position = 4', 'event', 4],
  ["UPDATE journal.seals SET hash = sha256('x') WHERE first_position = 6", 'seal', 6],
  ['DELETE FROM journal.seals WHERE first_position = 6', 'seal', 11],
])('what a superuser did is located: %s', async (statement, kind, position) => {
  await sealAll(5);
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(statement);
  await owner.end();
  expect((await verify()).fault).toMatchObject({ place: { kind, position } });
});

test.each(['UPDATE journal.seals SET hash = hash', 'DELETE FROM journal.seals', 'TRUNCATE journal.seals'])(
  'the application role may not: %s',
  async (statement) => {
    const client = new Client(connectionTo(database.url, { options: sessionWith({}) }));
    await client.connect();
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    await client.end();
  },
);
