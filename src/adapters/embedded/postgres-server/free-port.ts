import { createServer } from 'node:net';
import { LOOPBACK } from './connection-file';

/** The preferred port when nobody listens there, else one that the system chooses. */
export async function choosePort(preferredPort: number | undefined): Promise<number> {
  const preferred = preferredPort === undefined ? undefined : await tryListen(preferredPort);
  const port = preferred ?? (await tryListen(0));
  if (port === undefined) throw new Error(`no free port on ${LOOPBACK}`);
  return port;
}

/** Listens for a moment; tells the port, or nothing when it is taken. */
function tryListen(port: number): Promise<number | undefined> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', () => settle(undefined));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      const address = server.address();
      const listened = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => settle(listened));
    });
  });
}
