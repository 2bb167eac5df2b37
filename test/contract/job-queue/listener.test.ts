import { getEventListeners } from 'node:events';
import { Client } from 'pg';
import { startListener } from '../../../src/adapters/embedded/job-queue/queue-listener';
import { silentLog } from '../../../src/core/ports';
import { eventually } from '../../support/eventually';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

let database: TestDatabase;
let admin: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.url });
  await admin.connect();
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const losses = 4;

test('a connection that is lost again and again is opened again, and leaves no listener behind', async () => {
  const listening = jest.spyOn(EventTarget.prototype, 'addEventListener');
  const heard: (string | null)[] = [];
  const listener = startListener({
    connectionString: database.url,
    channel: 'listener_test',
    onWork: (queue) => heard.push(queue),
    log: silentLog,
  });
  try {
    for (let loss = 0; loss < losses; loss += 1) {
      // Each connection tells of the gap before it, once.
      await eventually(() => expect(heard).toHaveLength(loss + 1));
      await eventually(async () => expect(await cutOff()).toBe(1));
    }
    await eventually(() => expect(heard).toHaveLength(losses + 1));
    await admin.query(`NOTIFY listener_test, 'payments'`);
    await eventually(() => expect(heard.at(-1)).toBe('payments'));
    const signals = new Set(listening.mock.contexts.filter((context) => context instanceof AbortSignal));
    const left = [...signals].map((signal) => getEventListeners(signal, 'abort').length);
    expect(left.length).toBeGreaterThan(0);
    expect(Math.max(...left)).toBe(1);
  } finally {
    await listener.stop();
  }
});

async function cutOff(): Promise<number> {
  const { rowCount } = await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'fincore-jobs-listener' AND datname = current_database()`,
  );
  return rowCount ?? 0;
}
