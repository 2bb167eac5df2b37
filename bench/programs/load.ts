import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import autocannon from 'autocannon';
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

/** One key prefix per process and a counter: unique, and cheap to make. */
const prefix = randomUUID();
let made = 0;
const nextKey = () => `${prefix}-${String((made += 1))}`;

async function many({ url, headers, body, connections, seconds, amount }: Load): Promise<LoadResult> {
  const startedAt = performance.now();
  const result = await autocannon({
    url,
    connections,
    ...(amount === undefined ? { duration: seconds ?? 5 } : { amount }),
    timeout: 30,
    requests: [
      {
        method: 'POST',
        body,
        setupRequest: (next) => ({ ...next, headers: { ...headers, 'idempotency-key': nextKey() } }),
      },
    ],
  });
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  const accepted = result['2xx'];
  return {
    perSecond: accepted / (amount === undefined ? result.duration : elapsedSeconds),
    accepted,
    refused: result.non2xx + result.errors,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

/** One request after the other, timed to the microsecond, which autocannon's milliseconds would hide. */
async function oneByOne({ url, headers, body, amount = 1_000 }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const timesMs: number[] = [];
  let refused = 0;
  const startedAt = performance.now();
  for (let n = 0; n < amount; n += 1) {
    const askedAt = performance.now();
    const status = await post(agent, url, { ...headers, 'idempotency-key': nextKey() }, body);
    timesMs.push(performance.now() - askedAt);
    if (status !== 201) refused += 1;
  }
  agent.destroy();
  return {
    perSecond: amount / ((performance.now() - startedAt) / 1_000),
    accepted: amount - refused,
    refused,
    p50Ms: quantile(timesMs, 0.5),
    p99Ms: quantile(timesMs, 0.99),
  };
}

const post = (agent: Agent, url: string, headers: Record<string, string>, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        timeout: 30_000,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', reject);
    sent.end(body);
  });

serveProgram((request) => {
  const load = request as Load;
  return load.connections === 1 ? oneByOne(load) : many(load);
});
