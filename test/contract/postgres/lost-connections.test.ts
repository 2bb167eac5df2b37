import { once } from 'node:events';
import { type AddressInfo, type Server, createServer } from 'node:net';
import type { Pool } from 'pg';
import { inTransaction, openPool } from '../../../src/adapters/postgres/pool';
import { withClient } from '../../../src/adapters/postgres/with-client';

const message = (type: string, ...parts: readonly (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};

/** What a server sends whose first process has just been killed: it admits a session, and ends it in the same breath. */
const admittedAndEnded = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('Z', 'I'),
  message('E', 'SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'),
]);

/** The unhandled event that these tests are about would end the process, and the test with it. */
describe('a session that is ended in the same packet in which it is admitted', () => {
  let server: Server;
  let connectionString: string;
  let pool: Pool;

  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(admittedAndEnded));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    connectionString = `postgres://somebody@127.0.0.1:${String(port)}/anything`;
    pool = openPool({ connectionString, size: 1, applicationName: 'test' });
  });
  afterEach(async () => {
    await pool.end();
    server.close();
  });

  test('fails the transaction that it was meant for', async () => {
    await expect(inTransaction(pool, () => Promise.resolve())).rejects.toThrow(/terminat|not queryable/);
  });

  test('fails the statement that it was meant for', async () => {
    await expect(pool.query('SELECT 1')).rejects.toThrow(/terminat|not queryable/);
  });

  test('fails the work that has a connection of its own', async () => {
    const work = withClient({ connectionString }, (client) => client.query('SELECT 1'));
    await expect(work).rejects.toThrow(/terminat|not queryable/);
  });
});
