import { Client } from 'pg';
import { type DatabaseAddress, connectionTo } from '../database-address';
import { sessionWith } from '../pool';
import { isSilence } from '../silence';
import { plannerSettings } from './planner-settings';

export interface WriterConnectionOptions {
  readonly connectionString: DatabaseAddress;
  /** A statement that takes longer counts as unanswered. */
  readonly timeoutMs: number;
  readonly onError: (error: Error) => void;
}

/**
 * The journal's one dedicated connection, opened on first use and again after it broke. A broken connection
 * fails what was in flight; the next use tries again, at most once every `reconnectDelayMs`.
 */
export class WriterConnection {
  private client: Promise<Client> | null = null;
  private failedAt = 0;
  private backendId = 0;
  private static readonly reconnectDelayMs = 100;

  constructor(private readonly options: WriterConnectionOptions) {}

  async use<Value>(work: (client: Client) => Promise<Value>): Promise<Value> {
    const client = await (this.client ??= this.connect());
    try {
      return await work(client);
    } catch (error) {
      if (isSilence(error)) this.throwAway(client, error);
      throw error;
    }
  }

  /** The server's process for the open connection; 0 while there is none. */
  backend(): number {
    return this.backendId;
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.then(
      (open) => open.end(),
      () => undefined,
    );
  }

  /** The next use opens a new connection: the driver would send nothing more on this one. */
  private throwAway(client: Client, error: unknown): void {
    this.client = null;
    this.options.onError(error instanceof Error ? error : new Error(String(error)));
    // Its end must not be taken for that of the connection that follows.
    client.removeAllListeners();
    client.on('error', () => undefined);
    void client.end().catch(() => undefined);
  }

  private async connect(): Promise<Client> {
    const pauseMs = this.failedAt + WriterConnection.reconnectDelayMs - Date.now();
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const client = new Client({
      ...connectionTo(this.options.connectionString, { options: sessionWith(plannerSettings) }),
      application_name: 'fincore-journal',
      connectionTimeoutMillis: 5_000,
      query_timeout: this.options.timeoutMs,
      keepAlive: true,
    });
    const broke = (error: Error) => {
      this.failedAt = Date.now();
      this.client = null;
      this.options.onError(error);
    };
    client.on('error', broke);
    client.on('end', () => (this.client = null));
    try {
      await client.connect();
      const told = await client.query<{ backend: number }>('SELECT pg_backend_pid() AS backend');
      this.backendId = told.rows[0]?.backend ?? 0;
      return client;
    } catch (error) {
      broke(error instanceof Error ? error : new Error(String(error)));
      await client.end().catch(() => undefined);
      throw error;
    }
  }
}
