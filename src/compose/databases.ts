import { ensureDatabase } from '../adapters/embedded/postgres-server/ensure-database';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../adapters/embedded/postgres-server/start-embedded-postgres';
import { systemErrorCode } from '../adapters/embedded/system-error-code';
import { type Store, migrate } from '../adapters/postgres/migrate';
import { type Configuration, locationsOf } from '../configuration/configuration';
import { type StoreUrls, perStore } from '../configuration/store-names';
import { storesAt } from './all-stores';
import { prepareDataFolder } from './data-folder';
import { failureInWords } from './failure-in-words';
import { patiently } from './patiently';
import { postgresGuardProgram } from './postgres-guard';
import type { BeginStep } from './start-steps';
import { refuseUnfinishedRestore } from './unfinished-restore';

export interface Databases {
  /** As programs sign in. */
  readonly urls: StoreUrls;
  /** As the owner of the tables, for migrations, backup and restore. */
  readonly ownerUrls: StoreUrls;
  /** Gives the embedded server up; the last process that does so shuts it down. */
  close(): Promise<void>;
}

/** Who follows how the databases are opened. */
export interface DatabasesListener {
  /** Hears, in sentences, what takes time. */
  readonly tell: (line: string) => void;
  /** Hears what is waited for. @default nobody asks */
  readonly begin?: BeginStep;
  /** Hears once that the embedded server ended and could not be brought back. @default it is only told */
  readonly onLost?: (error: Error) => void;
}

const embeddedDatabase = 'fincore';

/** Finds or starts the databases and brings their schemas up to date. */
export async function openDatabases(
  configuration: Configuration,
  listener: DatabasesListener,
): Promise<Databases> {
  await refuseUnfinishedRestore(configuration.dataDirectory);
  const servers = await openServers(configuration, listener);
  const { ownerUrls, close } = servers;
  try {
    await migrateStores(ownerUrls, listener);
    return { ownerUrls, urls: await servers.programUrls(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface DatabaseServers extends Omit<Databases, 'urls'> {
  /** Makes the login of programs on the embedded server. On another server programs sign in as its URL says. */
  programUrls(): Promise<StoreUrls>;
}

/** The same, without a look at what the databases hold. */
export async function openServers(
  configuration: Configuration,
  listener: DatabasesListener,
): Promise<DatabaseServers> {
  const locations = configuration.databases;
  const embedded = locationsOf(locations).some(({ kind }) => kind === 'embedded')
    ? await startEmbedded(configuration, listener)
    : null;
  const urlsWith = (embeddedUrl: string): StoreUrls =>
    perStore((store) => {
      const location = locations[store];
      return location.kind === 'server' ? location.url : embeddedUrl;
    });
  return {
    ownerUrls: urlsWith(embedded?.connectionString(embeddedDatabase) ?? ''),
    programUrls: async () => urlsWith((await embedded?.programConnectionString(embeddedDatabase)) ?? ''),
    close: async () => embedded?.stop(),
  };
}

async function startEmbedded(
  configuration: Configuration,
  { tell, begin, onLost }: DatabasesListener,
): Promise<EmbeddedPostgres> {
  await prepareDataFolder(configuration.dataDirectory);
  begin?.('the PostgreSQL of this installation');
  const server = await startEmbeddedPostgres({
    dataDir: configuration.dataDirectory,
    log: tell,
    guardProgram: postgresGuardProgram,
    ...(onLost && { onGivenUp: onLost }),
  });
  await ensureDatabase(server.connectionString(), embeddedDatabase);
  return server;
}

/** Brings every schema up to date. */
export async function migrateStores(urls: StoreUrls, { tell, begin }: DatabasesListener): Promise<void> {
  for (const { url, store } of storesAt(urls)) {
    const place = placeOf(url);
    const names = await patiently(() => migrate(url, store), {
      patienceMsFor: databasePatienceMs,
      onWaiting: (error, patienceMs) =>
        tell(
          `The database ${place} takes no session yet (${failureInWords(error)}). Trying again for ${String(patienceMs / 1_000)} s.`,
        ),
      beforeAttempt: () =>
        begin?.(
          `the schema ${store.schema} in the database ${place}: its server, and any session that locks the schema`,
        ),
    }).catch((error: unknown) => {
      throw isRefusedByServer(error) ? unusable(url, store, error) : error;
    });
    if (names.length > 0) tell(`Schema ${store.schema}: ran ${names.join(', ')}.`);
  }
}

/**
 * A server that starts, recovers or is full says so, and lets sessions in later. A server that cannot be reached may be
 * starting, or be named wrong: a person who mistyped the port should not wait long.
 * @source PostgreSQL, Appendix A: 57P01 admin_shutdown, 57P02 crash_shutdown, 57P03 cannot_connect_now, 53300
 * too_many_connections
 */
function databasePatienceMs(error: unknown): number {
  const code = systemErrorCode(error) ?? '';
  if (['57P01', '57P02', '57P03', '53300'].includes(code)) return 120_000;
  if (['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN'].includes(code)) return 5_000;
  return 0;
}

/** The network and PostgreSQL give their errors a code; a migration that failed has none of its own. */
const isRefusedByServer = (error: unknown): boolean => systemErrorCode(error) !== undefined;

function unusable(url: string, { schema }: Store, cause: unknown): Error {
  return new Error(
    `The database ${placeOf(url)}, which holds the schema ${schema}, cannot be used. Start its server, or correct DATABASE_URL (or the FINCORE_…_DATABASE_URL of that store): server, port, user, password and database.`,
    { cause },
  );
}

/** Host, port and name; the rest of the URL may be secret. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
