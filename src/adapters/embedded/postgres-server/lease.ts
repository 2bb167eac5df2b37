import { Socket } from 'node:net';
import { Client } from 'pg';
import { systemErrorCode } from '../system-error-code';
import { connectionStringOf, type Connection } from './connection-file';
import { EmbeddedPostgresError } from './errors';

/**
 * A session that says "this process uses the server": it holds a shared advisory lock. Who ends last gets the exclusive
 * lock and may shut the server down; nobody else can begin to use it meanwhile. A killed process loses its session, so
 * no lease outlives its holder.
 */
export interface Lease {
  /** Runs once, when the session is lost without having been given up. */
  onLost(handler: () => void): void;
  /** Gives the lease up. True when nobody else holds one: the caller then shuts the server down, then ends the session. */
  releaseAsLast(): Promise<boolean>;
  end(): Promise<void>;
}

export type LeaseAttempt =
  | { readonly kind: 'held'; readonly lease: Lease }
  /** The server is starting, stopping, full or slow: worth another try. */
  | { readonly kind: 'not-yet'; readonly reason: string };

const connectTimeoutMs = 2_000;
const queryTimeoutMs = 5_000;
/** Spells "fincore" in a 64-bit integer; any number that nothing else uses would do. */
const lockKey = '0x66696e636f7265';

const invalidPassword = '28P01';

/** A successful SCRAM exchange also proves the server: only this cluster knows the password's verifier. */
export async function takeLease(connection: Connection): Promise<LeaseAttempt> {
  const socket = new Socket();
  const client = new Client({
    connectionString: connectionStringOf(connection, 'postgres'),
    application_name: 'fincore lease',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    stream: () => socket,
  });
  const session = { isLost: false, isEnding: false, onLost: (): void => undefined };
  const lose = () => {
    if (session.isLost || session.isEnding) return;
    session.isLost = true;
    session.onLost();
  };
  client.on('error', lose);
  client.on('end', lose);
  try {
    await client.connect();
    await client.query(`SELECT pg_advisory_lock_shared(${lockKey})`);
  } catch (error) {
    session.isEnding = true;
    await client.end().catch(() => undefined);
    return explainFailure(error, connection);
  }
  // The lease alone must not keep a process running that has nothing else to do.
  socket.unref();
  return { kind: 'held', lease: leaseOf({ client, socket, session }) };
}

function leaseOf(held: {
  readonly client: Client;
  readonly socket: Socket;
  readonly session: { isLost: boolean; isEnding: boolean; onLost: () => void };
}): Lease {
  const { client, socket, session } = held;
  /** From here on the process has something to wait for. */
  const beginToEnd = () => {
    session.isEnding = true;
    socket.ref();
  };
  return {
    onLost: (handler) => {
      if (session.isLost) handler();
      else session.onLost = handler;
    },
    releaseAsLast: async () => {
      beginToEnd();
      const { rows } = await client.query<{ is_last: boolean }>(
        `SELECT pg_advisory_unlock_shared(${lockKey}) AND pg_try_advisory_lock(${lockKey}) AS is_last`,
      );
      return rows[0]?.is_last ?? false;
    },
    end: async () => {
      beginToEnd();
      await client.end().catch(() => undefined);
    },
  };
}

function explainFailure(error: unknown, connection: Connection): LeaseAttempt {
  if (systemErrorCode(error) === invalidPassword) {
    throw new EmbeddedPostgresError(
      'password_rejected',
      `The server on port ${connection.port} refuses the password of user ${connection.user} in the connection file. ` +
        'Was it changed by hand? Restore the file from a backup of the data directory.',
      error,
    );
  }
  return { kind: 'not-yet', reason: String(error) };
}
