import { Pool, type PoolClient } from 'pg';
import {
  type DatabaseAddress,
  type SessionOptions,
  type SessionSettings,
  connectionTo,
} from './database-address';
import { silenceMarginMs } from './silence';

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
  /**
   * The server cancels a statement that runs longer. One that it leaves without an answer fails a second later, and its
   * connection is thrown away. @default 10000
   */
  readonly statementTimeoutMs?: number;
  /** The longest wait for a connection, free or new. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** @default none */
  readonly settings?: SessionSettings;
  /** Called with errors of idle connections, for example when the server restarts. */
  readonly onError?: (error: Error) => void;
}

/** For work that nobody waits for at the other end of a request: verification, rebuilding, commands. */
export const batchStatementTimeoutMs = 30_000;

/** A rollback that takes longer says that the connection is of no more use. */
const rollbackTimeoutMs = 1_000;

/** A pool whose every connection has the rights of the application, and no more, before its first use. */
export function openPool(options: PoolOptions): Pool {
  const { statementTimeoutMs = 10_000 } = options;
  const pool = new Pool({
    ...connectionTo(options.connectionString, {
      options: sessionWith(options.settings ?? {}),
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 30_000,
    }),
    max: options.size,
    application_name: options.applicationName,
    query_timeout: statementTimeoutMs + silenceMarginMs,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on('error', (error) => options.onError?.(error));
  // The pool listens to idle connections only. One that is lost while it is handed over, or works, says so by an event
  // as well as by its next statement, and an event without a listener would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const rollback = { text: 'ROLLBACK', query_timeout: rollbackTimeoutMs };

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
    await client.query(rollback).catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
