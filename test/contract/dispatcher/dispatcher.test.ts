import { Client, type Pool } from 'pg';
import { createDispatcher, dispatchStore } from '../../../src/adapters/embedded/dispatcher/dispatcher';
import { jobsStore } from '../../../src/adapters/embedded/job-queue/jobs-store';
import {
  type PostgresJobQueue,
  createPostgresJobQueue,
} from '../../../src/adapters/embedded/job-queue/postgres-job-queue';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { openPool } from '../../../src/adapters/postgres/pool';
import type { Job } from '../../../src/core/ports';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';
import { recordedEvents } from '../../support/recorded-events';

const queueName = 'dispatched';
const jobOf = (position: number): Job => ({
  queue: queueName,
  name: 'authorize-at-psp',
  key: `test-${String(position)}/1`,
  data: { position },
});

test('an installation that is upgraded reads its notices on from where the dispatcher had come', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const [first] = dispatchStore.migrations;
    if (first === undefined) throw new Error('the store begins with a migration');
    await migrate(database.url, journalStore);
    await migrate(database.url, { ...dispatchStore, migrations: [first] });
    await client.query(`UPDATE dispatch.checkpoints SET position = 4711 WHERE reader = 'dispatcher'`);
    expect(await migrate(database.url, dispatchStore)).toEqual(['0002-notices', '0003-webhooks']);
    const { rows } = await client.query('SELECT reader, position FROM dispatch.checkpoints ORDER BY reader');
    expect(rows).toEqual([
      { reader: 'dispatcher', position: '4711' },
      { reader: 'notices', position: '4711' },
      { reader: 'webhooks', position: '4711' },
    ]);
  } finally {
    await client.end();
    await database.drop();
  }
});

describe('the two dispatchers', () => {
  let database: TestDatabase;
  let pool: Pool;
  let queue: PostgresJobQueue;
  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url, journalStore);
    await migrate(database.url, dispatchStore);
    await migrate(database.url, jobsStore);
    queue = createPostgresJobQueue({ connectionString: database.url, queues: [queueName] });
    pool = openPool({
      connectionString: database.url,
      size: 2,
      applicationName: 'dispatcher-test',
      onError: () => undefined,
    });
  });
  afterAll(async () => {
    await queue.close();
    await pool.end();
    await database.drop();
  });

  const waiting = async () =>
    (await queue.depths()).find(({ queue: name }) => name === queueName)?.waiting ?? 0;

  test('keep a place each; jobs and place are of one commit, and a batch takes effect once', async () => {
    const dispatcher = createDispatcher({
      name: 'dispatcher',
      pool,
      queue,
      jobsFor: (events) => events.map(({ position }) => jobOf(position)),
    });
    const notices = createDispatcher({ name: 'notices', pool, queue, jobsFor: () => Promise.resolve([]) });
    const events = recordedEvents(3);
    expect(await dispatcher.apply(0, events)).toBe('applied');
    expect(await dispatcher.apply(0, events)).toBe('moved');
    expect([await dispatcher.checkpoint(), await notices.checkpoint(), await waiting()]).toEqual([3, 0, 3]);
    expect(await notices.apply(0, events)).toBe('applied');
    expect([await notices.checkpoint(), await waiting()]).toEqual([3, 3]);
  });

  test('a batch whose jobs cannot be found, or not be stored, leaves the place where it was', async () => {
    const lost = () => Promise.reject(new Error('the journal is away'));
    const away = createDispatcher({ name: 'notices', pool, queue, jobsFor: lost });
    const before = [await away.checkpoint(), await waiting()];
    const more = recordedEvents(4).slice(3);
    await expect(away.apply(3, more)).rejects.toThrow('the journal is away');
    const full = createDispatcher({
      name: 'notices',
      pool,
      queue: { enqueueWithin: () => Promise.reject(new Error('the queue is away')) },
      jobsFor: () => [jobOf(4)],
    });
    await expect(full.apply(3, more)).rejects.toThrow('the queue is away');
    expect([await away.checkpoint(), await waiting()]).toEqual(before);
  });
});
