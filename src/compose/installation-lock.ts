import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { CommandRefused } from '../configuration/command-refused';
import type { Log } from '../core/ports';
import { advisoryLocks } from '../adapters/postgres/advisory-locks';

const [connectTimeoutMs, queryTimeoutMs] = [10_000, 10_000];
const retryMs = 1_000;
/** @source PostgreSQL: NAMEDATALEN - 1 characters of application_name are kept. */
const applicationNameLength = 63;

export interface InstallationLockOptions {
  readonly databaseUrl: string;
  readonly dataDirectory: string;
  /** A secret of the installation, alike in all its processes and nowhere else. */
  readonly secret: string;
  readonly log: Pick<Log, 'error' | 'warn'>;
}

/**
 * Holds the database for one installation, for as long as one of its processes runs. Two data folders have two
 * simulators and two sets of keys, but one database would mix their charges.
 * @throws CommandRefused while a process of another installation uses the database
 */
export async function lockInstallation(options: InstallationLockOptions): Promise<() => Promise<void>> {
  let isClosed = false;
  let client = await take(options);
  const keep = async () => {
    while (!isClosed) {
      await ended(client);
      while (!isClosed) {
        try {
          client = await take(options);
          break;
        } catch (error) {
          if (error instanceof CommandRefused) options.log.error({ err: error }, error.message);
        }
        await pause(retryMs, undefined, { ref: false });
      }
    }
  };
  void keep();
  return async () => {
    isClosed = true;
    await client.end();
  };
}

const ended = (client: Client): Promise<void> => new Promise((resolve) => client.once('end', resolve));

async function take({ databaseUrl, dataDirectory, secret }: InstallationLockOptions): Promise<Client> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: nameOf(dataDirectory),
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
  });
  // The end of a session is followed by an attempt to take the lock again.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const installation = numberOf(secret);
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1, 0)', [advisoryLocks.installation]);
    const { rows } = await client.query<{ holder: string }>(findOthers, [
      advisoryLocks.installation,
      installation,
    ]);
    const [other] = rows;
    if (other !== undefined) throw inUse(other.holder);
    await client.query('SELECT pg_advisory_lock_shared($1, $2)', [advisoryLocks.installation, installation]);
    await client.query('COMMIT');
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** @source PostgreSQL, pg_locks: objsubid is 2 for a lock of two numbers. */
const findOthers = `
  SELECT activity.application_name AS holder
  FROM pg_locks AS held
  JOIN pg_stat_activity AS activity ON activity.pid = held.pid
  JOIN pg_database AS this ON this.oid = held.database AND this.datname = current_database()
  WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
    AND held.classid = $1::bigint::oid AND held.objid <> 0 AND held.objid <> $2::bigint::oid
  LIMIT 1`;

const inUse = (holder: string): CommandRefused =>
  new CommandRefused(
    `The database of DATABASE_URL is in use by another installation of FinCore (${holder}). One database belongs to one ` +
      'data folder: set FINCORE_DATA_DIR to that folder to run beside it, or DATABASE_URL to another database.',
  );

const numberOf = (secret: string): number =>
  createHash('sha256').update(secret).digest().readUInt32BE() >>> 1 || 1;

/** The end of a long path says more than its beginning. PostgreSQL keeps printable ASCII only. */
function nameOf(dataDirectory: string): string {
  const path = resolve(dataDirectory).replaceAll(/[^\x20-\x7e]/g, '?');
  const prefix = 'data folder ';
  const room = applicationNameLength - prefix.length;
  return `${prefix}${path.length <= room ? path : `...${path.slice(path.length - room + 3)}`}`;
}
