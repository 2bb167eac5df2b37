import {
  type IncomingMessage,
  type Server,
  type ServerResponse,
  createServer,
  request as send,
} from 'node:http';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';

/** What happens to one request between the gateway and the server behind the proxy. */
export type Fault =
  /** The connection breaks before the request is passed on. */
  | { readonly kind: 'cut_before' }
  /** The request takes effect, and the connection breaks before the answer. */
  | { readonly kind: 'cut_after' }
  /** The request takes effect, and nothing is ever answered. */
  | { readonly kind: 'silent_after' }
  /** The request takes effect, and the answer breaks off in the middle. */
  | { readonly kind: 'torn_after' }
  /** The request is not passed on; this is the answer. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The request takes effect, and this is the answer. */
  | { readonly kind: 'answer_after'; readonly status: number; readonly body: string };

export interface FaultyProxy {
  readonly port: number;
  /** The requests that have come, as `METHOD /path`. */
  readonly requests: readonly string[];
  /** Arms a fault for the next request that matches; the others pass. */
  failNext(fault: Fault, matches?: (request: IncomingMessage) => boolean): void;
  close(): Promise<void>;
}

interface Armed {
  readonly fault: Fault;
  readonly matches: (request: IncomingMessage) => boolean;
}

/** An HTTP server that passes requests on to `targetPort`, or fails them as told. Without a target it only answers faults. */
export async function startFaultyProxy(targetPort: number | null): Promise<FaultyProxy> {
  const armed: Armed[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const index = armed.findIndex(({ matches }) => matches(request));
    const fault = index === -1 ? null : armed.splice(index, 1)[0]?.fault;
    void handle(request, response, { fault: fault ?? null, targetPort }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    requests,
    failNext: (fault, matches = () => true) => armed.push({ fault, matches }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  way: { readonly fault: Fault | null; readonly targetPort: number | null },
): Promise<void> {
  const body = await read(request);
  const { fault } = way;
  if (fault?.kind === 'cut_before') return void response.destroy();
  if (fault?.kind === 'answer') return void response.writeHead(fault.status, fault.headers).end(fault.body);
  const answer = way.targetPort === null ? noTarget : await passOn(request, body, way.targetPort);
  switch (fault?.kind) {
    case 'cut_after':
      return void response.destroy();
    case 'silent_after':
      return;
    case 'torn_after':
      response.writeHead(answer.status, { 'content-length': answer.body.length });
      response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => response.destroy());
      return;
    case 'answer_after':
      return void response.writeHead(fault.status).end(fault.body);
    case undefined:
      return void response.writeHead(answer.status, answer.headers).end(answer.body);
  }
}

interface TargetAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const noTarget: TargetAnswer = { status: 200, headers: {}, body: Buffer.from('{}') };

async function passOn(request: IncomingMessage, body: Buffer, port: number): Promise<TargetAnswer> {
  const { method, url, headers } = request;
  const outgoing = send({ host: '127.0.0.1', port, method, path: url, headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await read(answer) };
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
