import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { choosePort } from '../../src/adapters/embedded/postgres-server/free-port';

/** Where systems begin to choose the ports of outgoing connections: one of those may be taken while its server is away. */
const firstOutgoingPort = 32_768;

async function listenSomewhere() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

test('a server’s port is none that the system gives to outgoing connections', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => choosePort(undefined)));
  expect(Math.max(...ports)).toBeLessThan(firstOutgoingPort);
});

test('a port that is taken for a moment is waited for', async () => {
  const taken = await listenSomewhere();
  setTimeout(taken.close, 200);
  expect(await choosePort(taken.port, 10_000)).toBe(taken.port);
});

test.each([0, 100])('a port that stays taken for %s ms is given up for another', async (patienceMs) => {
  const taken = await listenSomewhere();
  expect(await choosePort(taken.port, patienceMs)).not.toBe(taken.port);
  taken.close();
});
