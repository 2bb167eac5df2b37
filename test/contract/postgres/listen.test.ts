import { Client } from 'pg';
import { listen } from '../../../src/adapters/postgres/listen';
import { eventually } from '../../support/eventually';
import { type TestDatabase, createTestDatabase } from '../../support/postgres';

let database: TestDatabase;
let admin: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const losses = 4;

test('a connection that is lost again and again is opened again, and reports each gap', async () => {
  const heard: (string | null)[] = [];
  const stop = listen({
    connectionString: database.url,
    channel: 'listen_test',
    applicationName: 'listen-test',
    onNotification: ({ payload = '' }) => heard.push(payload),
    onConnect: () => heard.push(null),
    onError: () => undefined,
  });
  try {
    for (let loss = 0; loss < losses; loss += 1) {
      // Each connection tells of the gap before it, once.
      await eventually(() => expect(heard).toHaveLength(loss + 1));
      await eventually(async () => expect(await cutOff()).toBe(1));
    }
    await eventually(() => expect(heard).toHaveLength(losses + 1));
    await admin.query(`NOTIFY listen_test, 'payments'`);
    await eventually(() => expect(heard.at(-1)).toBe('payments'));
  } finally {
    await stop();
  }
});

async function cutOff(): Promise<number> {
  const { rowCount } = await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'listen-test' AND datname = current_database()`,
  );
  return rowCount ?? 0;
}
