import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { advisoryLocks } from '../../adapters/postgres/advisory-locks';
import { type Heartbeat, keepAsking } from '../../adapters/postgres/heartbeat';
import { CommandRefused } from '../../configuration/command-refused';
import { awaitDatabaseServer, placeOf } from './await-database-server';
import { failureInWords } from '../process/failure-in-words';
import { type Opened, openAll } from '../process/opened';
import type { BeginStep } from '../process/start-steps';

const [connectTimeoutMs, queryTimeoutMs] = [10_000, 10_000];
const retryMs = 1_000;
/** @source PostgreSQL: NAMEDATALEN - 1 characters of application_name are kept. */
const applicationNameLength = 63;

export interface InstallationLockOptions {
  /** Every database on a server of its own that the installation uses. */
  readonly databaseUrls: readonly string[];
  readonly dataDirectory: string;
  /** A secret of the installation, alike in all its processes and nowhere else. */
  readonly secret: string;
  /** Receives a line when a lock is lost, and when it is held again. */
  readonly tell: (line: string) => void;
  readonly begin?: BeginStep | undefined;
  /** Receives the reason, once, when another installation took a database while its lock was lost. */
  readonly onLost: (error: Error) => void;
  readonly heartbeat?: Heartbeat;
}

/**
 * Holds databases for one installation, for as long as one of its processes runs. Two data folders have two simulators
 * and two sets of keys, but one database would mix their charges. The order is that of the databases' names, so that of
 * two installations that start at once one gets them all.
 * @returns releases the databases
 * @throws CommandRefused while a process of another installation uses one of them; none is held then
 */
export async function lockInstallation(options: InstallationLockOptions): Promise<() => Promise<void>> {
  const urls = [...new Set(options.databaseUrls)].sort((one, other) =>
    placeOf(one) < placeOf(other) ? -1 : 1,
  );
  let isLost = false;
  const onLost = (error: Error) => {
    if (!isLost) options.onLost(error);
    isLost = true;
  };
  const { stop } = await openAll(async (opened: Opened) => {
    for (const url of urls) opened.push(await lockDatabase(url, { ...options, onLost }));
  });
  return stop;
}

async function lockDatabase(url: string, options: InstallationLockOptions): Promise<() => Promise<void>> {
  const { tell, begin } = options;
  const waitingFor = `the lock by which the database ${placeOf(url)} belongs to this installation`;
  const stopping = new AbortController();
  let client = await awaitDatabaseServer({ url, waitingFor, tell, begin }, () => take(url, options));
  const keep = async (): Promise<void> => {
    for (;;) {
      await ended(client, options.heartbeat);
      if (stopping.signal.aborted) return;
      tell(`The session that holds the database ${placeOf(url)} was lost; taking it again.`);
      const again = await takeAgain(url, options, stopping.signal);
      if (again === null) return;
      client = again;
      tell(`The database ${placeOf(url)} is held again.`);
    }
  };
  const keeping = keep();
  return async () => {
    stopping.abort();
    await client.end();
    await keeping;
  };
}

/** Tries until the server is back. @returns null when that is not wanted any more, or when the database is lost */
async function takeAgain(
  url: string,
  options: InstallationLockOptions,
  stopping: AbortSignal,
): Promise<Client | null> {
  const isStopping = () => stopping.aborted;
  let lastFailure = '';
  while (!isStopping()) {
    try {
      const client = await take(url, options);
      if (!isStopping()) return client;
      await client.end();
    } catch (error) {
      if (error instanceof CommandRefused) {
        options.onLost(error);
        return null;
      }
      const failure = failureInWords(error);
      if (failure !== lastFailure)
        options.tell(`The database ${placeOf(url)} cannot be held yet: ${failure}`);
      lastFailure = failure;
    }
    await pause(retryMs, undefined, { ref: false, signal: stopping }).catch(() => undefined);
  }
  return null;
}

/** Resolves when the session is over. A server that is gone in silence ends it at the next heartbeat. */
async function ended(client: Client, heartbeat?: Heartbeat): Promise<void> {
  const stopAsking = keepAsking(client, heartbeat);
  await new Promise<void>((resolve) => client.once('end', resolve));
  stopAsking();
}

async function take(url: string, { dataDirectory, secret }: InstallationLockOptions): Promise<Client> {
  const client = new Client({
    connectionString: url,
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
    if (other !== undefined) throw inUse(url, other.holder);
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

const inUse = (url: string, holder: string): CommandRefused =>
  new CommandRefused(
    `The database ${placeOf(url)} is in use by another installation of FinCore (${holder}). One database belongs to one ` +
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
