import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Silence } from '../faults/planned-faults';
import type { Answer } from './answer';

export type Answerer = (request: IncomingMessage) => Promise<Answer>;

/** Longer than the server waits for a request to arrive, shorter than clients give up. */
const requestTimeoutMs = 30_000;
/** Longer than clients keep idle connections, so that the server never closes one that is about to be used. */
const keepAliveMs = 75_000;

const crossOrigin = [
  'access-control-allow-origin',
  '*',
  'access-control-expose-headers',
  'Request-Id, Stripe-Manage-Version, X-Stripe-External-Auth-Required',
];
const preflight = [
  ...crossOrigin,
  'access-control-allow-methods',
  'GET, POST, DELETE, OPTIONS',
  'access-control-allow-headers',
  'authorization, content-type, idempotency-key, simulator-fault, stripe-version, x-stripe-client-user-agent',
  'access-control-max-age',
  '300',
];

export function createListener(answer: Answerer, log: (line: string) => void): Server {
  const server = createServer((request, response) => void respond(request, response, { answer, log }));
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveMs;
  return server;
}

interface Responding {
  readonly answer: Answerer;
  readonly log: (line: string) => void;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, log }: Responding,
): Promise<void> {
  if (request.method === 'OPTIONS') {
    response.writeHead(204, preflight);
    response.end();
    return;
  }
  try {
    write(response, await answer(request));
  } catch (error) {
    if (error instanceof Silence) await stayAway(request, error);
    else if (request.destroyed || response.destroyed) response.destroy();
    else {
      log(
        `Answering ${request.method} ${request.url} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      write(response, {
        status: 500,
        body: '{"error":{"message":"An unknown error occurred","type":"api_error"}}',
        headers: {},
      });
    }
  }
}

function write(response: ServerResponse, { status, body, headers }: Answer): void {
  const list = [
    'content-type',
    'application/json',
    'content-length',
    String(Buffer.byteLength(body)),
    ...crossOrigin,
  ];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (name === 'content-type') list[1] = value;
    else list.push(name, value);
  }
  // The rest of an oversized body is not worth reading.
  if (status === 413) list.push('connection', 'close');
  response.writeHead(status, list);
  response.end(body);
}

/** Holds the connection, at most as long as the fault asks, and then cuts it. */
async function stayAway(request: IncomingMessage, { end, holdMs }: Silence): Promise<void> {
  if (end === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (holdMs > 0) {
    const gone = new AbortController();
    request.socket.once('close', () => gone.abort());
    await delay(holdMs, undefined, { signal: gone.signal, ref: false }).catch(() => undefined);
  }
  request.socket.destroy();
}
