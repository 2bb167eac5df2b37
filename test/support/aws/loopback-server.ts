import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Emulator } from './emulator-process';

/** Serves on a free port of the loopback address; stopping ends every connection, also one that waits. */
export async function startLoopbackServer(listener: RequestListener): Promise<Emulator> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const largestBodyBytes = 8 * 1024 * 1024;

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > largestBodyBytes) throw new Error('the request is larger than the service allows');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
