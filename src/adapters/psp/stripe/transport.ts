import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Stripe from 'stripe';
import { systemErrorOf } from './system-error';

/**
 * An idle connection is dropped before the server may drop it (Node.js servers do after 5 s): a request
 * written into a closing connection is lost without an answer, and ends as `unknown`.
 */
const idleConnectionTimeoutMs = 4_000;

/** A connection that broke after it was open. The request may have arrived. */
class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code = 'CONNECTION_LOST';
}

export interface Transport {
  readonly httpClient: Stripe.HttpClient;
  close(): void;
}

/**
 * Stripe's own HTTP client on a pool of kept connections, less one habit. The package repeats a request once after
 * `ECONNRESET` or `EPIPE`, even with `maxNetworkRetries` 0, and then reports only how the repetition ended: a
 * request that arrived, followed by a refused connection, would look as if nothing had ever been sent.
 */
export function createTransport(options: {
  readonly protocol: 'http' | 'https';
  readonly maxConnections: number;
}): Transport {
  const poolOptions = {
    keepAlive: true,
    maxSockets: options.maxConnections,
    timeout: idleConnectionTimeoutMs,
  };
  const agent = options.protocol === 'http' ? new HttpAgent(poolOptions) : new HttpsAgent(poolOptions);
  const client: Stripe.HttpClient = Stripe.createNodeHttpClient(agent);
  return {
    httpClient: {
      getClientName: () => client.getClientName(),
      makeRequest: (...request) => client.makeRequest(...request).catch(withoutRepetition),
    },
    close: () => agent.destroy(),
  };
}

function withoutRepetition(error: unknown): never {
  const { code } = systemErrorOf(error);
  if (code === 'ECONNRESET' || code === 'EPIPE')
    throw new ConnectionLost('The connection broke before Stripe had answered.', { cause: error });
  throw error;
}
