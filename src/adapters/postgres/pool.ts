import { Pool, type PoolClient } from 'pg';
import {
  type DatabaseAddress,
  type SessionOptions,
  type SessionSettings,
  connectionTo,
} from './database-address';

/**
 * The role that the running application has where it signs in as the owner: it may add to the books and never change
 * them.
 */
export const applicationRole = 'fincore_app';

/** A session with the rights of the application and these settings. */
export const sessionWith = (settings: SessionSettings): SessionOptions => ({
  ownerDropsTo: applicationRole,
  settings,
});

export interface PoolOptions {
  readonly connectionString: DatabaseAddress;
  /** Connections at most. */
  readonly size: number;
  /** Shown by the server beside each connection. */
  readonly applicationName: string;
  /** A statement that runs longer is canceled. @default 30000 */
  readonly statementTimeoutMs?: number;
  /** @default none */
  readonly settings?: SessionSettings;
  /** Called with errors of idle connections, for example when the server restarts. */
  readonly onError?: (error: Error) => void;
}

/** A pool whose every connection has the rights of the application, and no more, before its first use. */
export function openPool(options: PoolOptions): Pool {
  const pool = new Pool({
    ...connectionTo(options.connectionString, {
      options: sessionWith(options.settings ?? {}),
      statement_timeout: options.statementTimeoutMs ?? 30_000,
      idle_in_transaction_session_timeout: 30_000,
    }),
    max: options.size,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on('error', (error) => options.onError?.(error));
  // The pool listens to idle connections only. One that is lost while it is handed over, or works, says so by an event
  // as well as by its next statement, and an event without a listener would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Runs `work` in one transaction on one connection; a thrown error rolls everything back. */
export async function inTransaction<Value>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const value = await work(client);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    // A rollback that fails too means that the connection is gone, and the transaction with it.
    await client.query('ROLLBACK').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
