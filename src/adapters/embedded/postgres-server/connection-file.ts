import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '../system-error-code';
import type { Account } from './account';
import { EmbeddedPostgresError } from './errors';
import { replaceOwnedFile } from './owned-file';

/** How to reach the server. It lies inside the cluster, so that a cluster and its password cannot be separated. */
export interface Connection {
  readonly host: '127.0.0.1';
  /** Where the server listened last; the next start takes it again when it is free. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export const loopback = '127.0.0.1';
export const superuser = 'fincore';

export async function writeConnectionFile(
  path: string,
  connection: Connection,
  account: Account,
): Promise<void> {
  await replaceOwnedFile({ path, content: `${JSON.stringify(connection, null, 2)}\n`, account });
}

export async function readConnectionFile(path: string): Promise<Connection> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new EmbeddedPostgresError(
      'data_directory_denied',
      `${path} cannot be read (${systemErrorCode(error) ?? String(error)}). It holds the password of the database: ` +
        'run this as the user who started FinCore, or restore the file from a backup of the data directory.',
      error,
    );
  }
  const connection = parseConnection(text);
  if (connection) return connection;
  throw new EmbeddedPostgresError(
    'password_rejected',
    `${path} is damaged: it must hold "port", "user" and "password". Restore it from a backup of the data directory.`,
  );
}

function parseConnection(text: string): Connection | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if (!('port' in parsed) || !('user' in parsed) || !('password' in parsed)) return undefined;
  const { port, user, password } = parsed;
  if (typeof port !== 'number' || typeof user !== 'string' || typeof password !== 'string') return undefined;
  return { host: loopback, port, user, password };
}

/** A connection string as the `pg` package reads it. */
export function connectionStringOf(connection: Connection, database: string): string {
  const { user, password, host, port } = connection;
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`;
}
