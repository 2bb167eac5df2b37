import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Log } from '../../../core/ports';
import { defaultHeartbeat, keepAsking } from '../../postgres/heartbeat';

export interface ListenerOptions {
  readonly connectionString: string;
  readonly channel: string;
  /** Called with the queue that has work; also with null after a gap in which notifications may be missing. */
  readonly onWork: (queue: string | null) => void;
  readonly log: Log;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Receives work that any process has committed. Only speed depends on it: while the connection is lost it
 * is opened again and again, and polling finds the work meanwhile.
 */
export function startListener(options: ListenerOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();

  const run = async () => {
    let failuresInRow = 0;
    while (!stopping.signal.aborted) {
      try {
        await listenUntilLost(options, stopping.signal, () => (failuresInRow = 0));
      } catch (error) {
        options.log.warn({ err: error }, 'the connection that listens for jobs is lost; polling meanwhile');
      }
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failuresInRow);
      failuresInRow += 1;
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function listenUntilLost(
  { connectionString, channel, onWork }: ListenerOptions,
  stopping: AbortSignal,
  onConnected: () => void,
): Promise<void> {
  const client = new Client({
    connectionString,
    application_name: 'fincore-jobs-listener',
    connectionTimeoutMillis: 10_000,
    query_timeout: defaultHeartbeat.answerTimeoutMs,
    keepAlive: true,
  });
  let stop = (): void => undefined;
  let stopAsking = (): void => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    stop = resolve;
    client.on('error', reject);
    client.on('end', resolve);
    stopping.addEventListener('abort', stop);
  });
  // The loss is awaited below; without a listener now, one during the connecting would end the process.
  ended.catch(() => undefined);
  client.on('notification', ({ payload }) => onWork(payload ?? null));
  try {
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    stopAsking = keepAsking(client);
    onConnected();
    onWork(null);
    await ended;
  } finally {
    stopAsking();
    stopping.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}
