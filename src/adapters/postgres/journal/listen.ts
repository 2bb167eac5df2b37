import { Client } from 'pg';
import { type DatabaseAddress, connectionTo } from '../database-address';
import { type Heartbeat, defaultHeartbeat, keepAsking } from '../heartbeat';

export interface ListenOptions {
  readonly connectionString: DatabaseAddress;
  /** Receives each commit, and which backend made it. */
  readonly onCommit: (backend: number) => void;
  /** Listening begins now: what was committed before was not heard. */
  readonly onConnect: () => void;
  readonly onError: (error: Error) => void;
  /** @default every 15 seconds */
  readonly heartbeat?: Heartbeat;
}

/** Wait before the connection is opened again after it broke; polling covers the gap. */
const reconnectDelayMs = 500;

/** Receives every process's commits. @returns stops listening. */
export function listenForCommits(options: ListenOptions): () => Promise<void> {
  const { heartbeat = defaultHeartbeat } = options;
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  async function connect(): Promise<void> {
    const opened = new Client({
      ...connectionTo(options.connectionString),
      application_name: 'fincore-journal-listen',
      connectionTimeoutMillis: 5_000,
      query_timeout: heartbeat.answerTimeoutMs,
      keepAlive: true,
    });
    client = opened;
    opened.on('notification', ({ processId }) => options.onCommit(processId));
    opened.on('error', options.onError);
    let stopAsking = (): void => undefined;
    opened.on('end', () => {
      stopAsking();
      again();
    });
    try {
      await opened.connect();
      await opened.query('LISTEN journal');
    } catch (error) {
      void opened.end().catch(() => undefined);
      throw error;
    }
    stopAsking = keepAsking(opened, heartbeat);
    options.onConnect();
  }

  function again(): void {
    if (stopped || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      connect().catch((error: unknown) => {
        options.onError(error instanceof Error ? error : new Error(String(error)));
        again();
      });
    }, reconnectDelayMs);
  }

  connect().catch((error: unknown) => {
    options.onError(error instanceof Error ? error : new Error(String(error)));
    again();
  });

  return async () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
}
