import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { loopback } from './connection-file';

/**
 * Below the ports that systems give to outgoing connections (from 32768 on at the lowest). One of those may be taken while
 * its server is away, even by a client that tries to reach it: it is given that very port, and connected to itself.
 */
const firstPort = 20_000;
const portAfterLast = 32_000;
const maxTries = 20;
const pollIntervalMs = 50;

/**
 * The preferred port when nobody listens there, else another free one.
 * @param patienceMs how long to wait for the preferred port while it is taken
 */
export async function choosePort(preferredPort: number | undefined, patienceMs = 0): Promise<number> {
  const preferred = preferredPort === undefined ? undefined : await waitFor(preferredPort, patienceMs);
  const port = preferred ?? (await anyPort());
  if (port === undefined) throw new Error(`no free port on ${loopback}`);
  return port;
}

async function waitFor(port: number, patienceMs: number): Promise<number | undefined> {
  const deadlineMs = Date.now() + patienceMs;
  for (;;) {
    const listened = await tryListen(port);
    if (listened !== undefined || Date.now() >= deadlineMs) return listened;
    await pause(pollIntervalMs);
  }
}

/** Where all that are tried are taken, the system chooses. */
async function anyPort(): Promise<number | undefined> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const port = await tryListen(randomInt(firstPort, portAfterLast));
    if (port !== undefined) return port;
  }
  return tryListen(0);
}

/** Listens for a moment; tells the port, or nothing when it is taken. */
function tryListen(port: number): Promise<number | undefined> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', () => settle(undefined));
    server.listen({ host: loopback, port, exclusive: true }, () => {
      const address = server.address();
      const listened = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => settle(listened));
    });
  });
}
