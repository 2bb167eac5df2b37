import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { Redis } from 'ioredis';
import { type Log, CacheUnavailable } from '../../../core/ports';

export interface RedisOptions {
  /** `rediss://…` speaks TLS and checks the server's certificate. */
  readonly url: string;
  /** Reads the server's token before each connection, so that a rotated one needs no restart. @default none */
  readonly token?: () => Promise<string>;
  /** Begins every key, for example with the stage. @default 'fincore:' */
  readonly keyPrefix?: string;
  /** How long one command may take. @default 50 */
  readonly timeoutMs?: number;
  /** After that many failures in a row nothing is asked for `breakMs`, so that a hanging Redis slows nobody down. @default 5 */
  readonly failuresToBreak?: number;
  /** @default 1000 */
  readonly breakMs?: number;
  /** @default nothing is logged */
  readonly log?: Pick<Log, 'warn'>;
}

/** One connection, shared by what stands on it. */
export interface RedisConnection {
  /** @throws CacheUnavailable, soon */
  readonly ask: <Value>(command: (redis: Redis) => Promise<Value>) => Promise<Value>;
  close(): void;
}

const connectTimeoutMs = 2_000;
const longestReconnectMs = 2_000;
const reconnectStepMs = 50;

/** Connects in the background, and again whenever the connection is lost; until then every command fails at once. */
export function openRedis(options: RedisOptions): RedisConnection {
  const { url, token, keyPrefix = 'fincore:', timeoutMs = 50, log } = options;
  const { failuresToBreak = 5, breakMs = 1_000 } = options;
  const redis = new Redis(url, {
    keyPrefix,
    commandTimeout: timeoutMs,
    connectTimeout: connectTimeoutMs,
    // A command is answered now or by its caller's fallback: none waits for a connection, none is sent twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (tries) => Math.min(longestReconnectMs, tries * reconnectStepMs),
    // After a failover the old primary answers so, on a connection that looks well.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    // The first connection waits for its token.
    lazyConnect: token !== undefined,
  });
  redis.on('error', (error: Error) => log?.warn({ err: error }, 'the connection to Redis failed'));
  if (token !== undefined) connectWith(token, redis, log);
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: breakMs,
    breaker: new ConsecutiveBreaker(failuresToBreak),
  });
  return {
    ask: async (command) => {
      try {
        return await breaker.execute(() => command(redis));
      } catch (error) {
        const why = error instanceof BrokenCircuitError ? 'it failed several times in a row' : String(error);
        throw new CacheUnavailable(`Redis does not answer: ${why}`, { cause: error });
      }
    },
    close: () => redis.disconnect(),
  };
}

/** A token that comes later than the wait before a connection is used by the next one, as the server refuses this one. */
function connectWith(token: () => Promise<string>, redis: Redis, log: Pick<Log, 'warn'> | undefined): void {
  const learn = async () => {
    try {
      redis.options.password = await token();
    } catch (error) {
      log?.warn(
        { err: error },
        'the token of Redis could not be read; trying again with the next connection',
      );
    }
  };
  redis.on('reconnecting', () => void learn());
  void learn().then(() => {
    // Closed by now: there is nothing to connect any more.
    if (redis.status !== 'wait') return;
    // What fails here is an `error` event too, and tried again.
    redis.connect().catch(() => undefined);
  });
}
