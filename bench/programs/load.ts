import { randomUUID } from 'node:crypto';
import { openConnection } from '../load/connection';
import { serveProgram } from '../programs';
import { quantile } from '../statistics';

/** Charges to make at one address. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  /** How long, unless `amount` says how many. */
  readonly seconds?: number;
  readonly amount?: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly accepted: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const defaultSeconds = 5;
/** One key prefix per process and a counter: unique, and cheap to make. */
const prefix = randomUUID();
let made = 0;
const nextKey = () => `${prefix}-${String((made += 1))}`;

/** Every connection asks for the next charge as soon as it has the answer to the last. */
async function make(load: Load): Promise<LoadResult> {
  const address = new URL(load.url);
  const requestFor = requestsTo(address, load);
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => openConnection(address)),
  );
  const timesMs: number[] = [];
  let begun = 0;
  let accepted = 0;
  const startedAt = performance.now();
  const until = load.amount === undefined ? startedAt + (load.seconds ?? defaultSeconds) * 1_000 : Infinity;
  const amount = load.amount ?? Infinity;
  await Promise.all(
    connections.map(async (connection) => {
      for (let askedAt = performance.now(); begun < amount && askedAt < until;) {
        begun += 1;
        const status = await connection.ask(requestFor(nextKey()));
        const answeredAt = performance.now();
        timesMs.push(answeredAt - askedAt);
        if (status === 201) accepted += 1;
        askedAt = answeredAt;
      }
    }),
  );
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  for (const connection of connections) connection.close();
  return {
    perSecond: accepted / elapsedSeconds,
    accepted,
    refused: begun - accepted,
    p50Ms: quantile(timesMs, 0.5),
    p99Ms: quantile(timesMs, 0.99),
  };
}

/** The same bytes every time, but for the key. */
function requestsTo(address: URL, { headers, body }: Load): (key: string) => string {
  const head = [
    `POST ${address.pathname} HTTP/1.1`,
    `host: ${address.host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${String(Buffer.byteLength(body))}`,
    'idempotency-key: ',
  ].join('\r\n');
  return (key) => `${head}${key}\r\n\r\n${body}`;
}

serveProgram((request) => make(request as Load));
