import { randomUUID } from 'node:crypto';
import { ensureDatabase } from '../../adapters/embedded/postgres-server/ensure-database';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../adapters/embedded/postgres-server/start-embedded-postgres';
import { migrate } from '../../adapters/postgres/migrate';
import { type Configuration, locationsOf } from '../../configuration/configuration';
import { type StoreUrls, perStore } from '../../configuration/store-names';
import { storesAt } from '../../compose/all-stores';
import { awaitDatabaseServer, placeOf } from './await-database-server';
import { prepareDataFolder } from './data-folder';
import { lockInstallation } from './installation-lock';
import { readLocalSecrets } from './local-secrets';
import { openAll } from '../process/opened';
import { postgresGuardProgram } from './postgres-guard';
import type { BeginStep } from '../process/start-steps';
import { refuseUnfinishedRestore } from './unfinished-restore';

export interface Databases {
  /** As programs sign in. */
  readonly urls: StoreUrls;
  /** As the owner of the tables, for migrations, backup and restore. */
  readonly ownerUrls: StoreUrls;
  /** Gives the embedded server up; the last process that does so shuts it down. */
  close(): Promise<void>;
}

/** Receives the progress while the databases are opened. */
export interface DatabasesListener {
  /** Receives a sentence about each step that takes time. */
  readonly tell: (line: string) => void;
  /** Receives the name of each step. @default no names */
  readonly begin?: BeginStep;
  /**
   * Receives the reason, once, when a database is lost for good: the embedded server could not be brought back, or another
   * installation has taken the database.
   * @default the reason is only logged
   */
  readonly onLost?: (error: Error) => void;
}

const embeddedDatabase = 'fincore';

/** Finds or starts the databases, holds them for this installation and brings their schemas up to date. */
export async function openDatabases(
  configuration: Configuration,
  listener: DatabasesListener,
): Promise<Databases> {
  const { dataDirectory } = configuration;
  await refuseUnfinishedRestore(dataDirectory);
  const { value, stop } = await openAll(async (opened) => {
    // A command before the first start finds no secrets yet, and holds the databases as an installation of its own.
    const secret = (await readLocalSecrets(dataDirectory))?.operatorKey ?? randomUUID();
    opened.push(await lockServers(configuration, listener, secret));
    const servers = await openServers(configuration, listener);
    opened.push(() => servers.close());
    await migrateStores(servers.ownerUrls, listener);
    return { ownerUrls: servers.ownerUrls, urls: await servers.programUrls() };
  });
  return { ...value, close: stop };
}

/**
 * Holds every database on a server of its own, before anything in it is read or changed. The embedded server belongs to
 * the data folder that it is in.
 */
export const lockServers = (
  { databases, dataDirectory }: Configuration,
  { tell, begin, onLost }: DatabasesListener,
  secret: string,
): Promise<() => Promise<void>> =>
  lockInstallation({
    databaseUrls: locationsOf(databases).flatMap((location) =>
      location.kind === 'server' ? [location.url] : [],
    ),
    dataDirectory,
    secret,
    tell,
    begin,
    onLost: onLost ?? (({ message }) => tell(message)),
  });

/**
 * Opens the databases for the time of some work.
 * @throws when a database is lost meanwhile, without waiting for the work
 */
export async function withDatabases<Opened extends Pick<Databases, 'close'>, Value>(
  open: (onLost: (error: Error) => void) => Promise<Opened>,
  work: (databases: Opened) => Promise<Value>,
): Promise<Value> {
  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  lost.catch(() => undefined);
  const databases = await open(lose);
  try {
    return await Promise.race([work(databases), lost]);
  } finally {
    await databases.close();
  }
}

export interface DatabaseServers extends Omit<Databases, 'urls'> {
  /** Makes the login of programs on the embedded server. On another server programs sign in as its URL says. */
  programUrls(): Promise<StoreUrls>;
}

/** Finds or starts the servers, without a look at what the databases hold. */
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
    ...(onLost && {
      onGivenUp: (error) =>
        onLost(new Error(`its database cannot be brought back. ${error.message}`, { cause: error })),
    }),
  });
  try {
    await ensureDatabase(server.connectionString(), embeddedDatabase);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Brings every schema up to date. */
export async function migrateStores(urls: StoreUrls, { tell, begin }: DatabasesListener): Promise<void> {
  for (const { url, store } of storesAt(urls)) {
    const waitingFor = `the schema ${store.schema} in the database ${placeOf(url)}: its server, and any session that locks the schema`;
    const names = await awaitDatabaseServer({ url, waitingFor, tell, begin }, () => migrate(url, store));
    if (names.length > 0) tell(`Schema ${store.schema}: ran ${names.join(', ')}.`);
  }
}
