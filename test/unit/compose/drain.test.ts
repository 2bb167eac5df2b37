import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { drainOf } from '../../../src/operations/process/drain';

/** Longer than any test may take: a drain that waits for it fails. */
const timeoutMs = 3_600_000;

test('a request in progress is answered, and its client is told to keep the connection no longer', async () => {
  const app = Fastify();
  const drain = drainOf(app, timeoutMs);
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const arrived = new Promise<void>((resolve) => {
    app.get('/', async () => {
      resolve();
      await answered;
      return 'done';
    });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const headers = new Promise<unknown>((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent }, (response) => {
      response.resume().once('end', () => resolve(response.headers));
    })
      .once('error', reject)
      .end();
  });
  await arrived;
  const drained = drain();
  answer();
  expect(await headers).toMatchObject({ connection: 'close' });
  await drained;
  agent.destroy();
});
