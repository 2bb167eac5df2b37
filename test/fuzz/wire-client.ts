import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { BuiltRequest } from './built-request';
import type { Distortion } from './draft';

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends requests as they are built: no library corrects a path, a header or a body on the way. */
export interface WireClient {
  send(request: BuiltRequest): Promise<WireAnswer>;
  sendDistorted(request: BuiltRequest, distortion: Distortion): Promise<WireAnswer>;
  close(): void;
}

const answerTimeoutMs = 30_000;
const maxAttempts = 3;

export function createWireClient(apiUrl: string, connections: number): WireClient {
  const { hostname, port } = new URL(apiUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const address = { hostname, port: Number(port) };
  return {
    send: (built) => sentPatiently(() => sendOnce(agent, address, built)),
    sendDistorted: (built, distortion) => sentPatiently(() => sendBytes(address, built, distortion)),
    close: () => agent.destroy(),
  };
}

interface Address {
  readonly hostname: string;
  readonly port: number;
}

/**
 * The server may close an idle connection in the moment in which it is used again; then nothing was asked. A request
 * that ends without an answer again and again has the status 0, which is a fault.
 */
async function sentPatiently(send: () => Promise<WireAnswer>): Promise<WireAnswer> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && cutCodes.has(String(error.code)))) throw error;
    }
  }
  return unanswered;
}

const cutCodes = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const unanswered: WireAnswer = { status: 0, headers: {}, body: Buffer.alloc(0) };

function sendOnce(agent: Agent, address: Address, built: BuiltRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const { 'content-type': type, ...headers } = built.headers;
    const outgoing = request({
      ...address,
      agent,
      method: built.method,
      path: built.target,
      timeout: answerTimeoutMs,
      headers: {
        ...headers,
        ...(type === undefined || type === '' ? {} : { 'content-type': type }),
        ...(built.body === null ? {} : { 'content-length': String(built.body.length) }),
      },
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
    );
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.end(built.body ?? undefined);
  });
}

/** Over a bare socket, on a connection of its own; the first answer counts. */
async function sendBytes(address: Address, built: BuiltRequest, distortion: Distortion): Promise<WireAnswer> {
  const body = built.body ?? Buffer.alloc(0);
  const head = [
    `${built.method} ${built.target} HTTP/1.1`,
    `host: ${address.hostname}`,
    ...Object.entries(built.headers).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`])),
    ...(built.body === null ? [] : [`content-length: ${String(body.length)}`]),
    'connection: close',
  ];
  const socket = connect(address.port, address.hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.setTimeout(answerTimeoutMs, () => socket.destroy());
  socket.write(distortion(head, body));
  await once(socket, 'close');
  return parsedAnswer(Buffer.concat(chunks));
}

/** A status of 0 says that the connection ended without an answer. */
function parsedAnswer(bytes: Buffer): WireAnswer {
  const text = bytes.toString('latin1').replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  const split = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, Math.max(split, 0)).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = text.slice(split + 4);
  const length = headers['content-length'];
  const body = length === undefined ? dechunked(rest) : rest.slice(0, Number(length));
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0),
    headers,
    body: Buffer.from(body, 'latin1'),
  };
}

function dechunked(text: string): string {
  const size = /^([0-9a-f]+)\r\n/i.exec(text);
  if (size === null) return text;
  const length = Number.parseInt(size[1] ?? '0', 16);
  const begin = size[0].length;
  return length === 0 ? '' : text.slice(begin, begin + length) + dechunked(text.slice(begin + length + 2));
}
