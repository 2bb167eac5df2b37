import { dispatchStore } from '../adapters/embedded/dispatcher/dispatcher';
import { ensureDatabase } from '../adapters/embedded/postgres-server/ensure-database';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../adapters/embedded/postgres-server/start-embedded-postgres';
import { auditStore } from '../adapters/postgres/audit/audit-store';
import { journalStore } from '../adapters/postgres/journal/journal-store';
import { ledgerStore } from '../adapters/postgres/ledger/ledger-store';
import { type Store, migrate } from '../adapters/postgres/migrate';
import { paymentsStore } from '../adapters/postgres/payments/payments-store';
import { type Configuration, type DatabaseLocation, locationsOf } from './configuration';
import { prepareDataFolder } from './data-folder';
import { refuseUnfinishedRestore } from './unfinished-restore';

/** Where each store is. They are never joined, so each may be on a server of its own. */
export interface StoreUrls {
  readonly journal: string;
  readonly payment: string;
  readonly ledger: string;
  readonly audit: string;
}

export interface Stores {
  readonly urls: StoreUrls;
  /** Gives the embedded server up; the last process that does so shuts it down. */
  close(): Promise<void>;
}

const embeddedDatabase = 'fincore';

/**
 * Finds or starts the databases and brings their schemas up to date.
 * @param tell hears what takes time
 * @param onLost hears once that the embedded server ended and could not be brought back
 */
export async function openStores(
  configuration: Configuration,
  tell: (line: string) => void,
  onLost?: (error: Error) => void,
): Promise<Stores> {
  await refuseUnfinishedRestore(configuration.dataDirectory);
  const stores = await openServers(configuration, tell, onLost);
  try {
    await migrateStores(stores.urls, tell);
  } catch (error) {
    await stores.close();
    throw error;
  }
  return stores;
}

/** The same, without a look at what the databases hold. */
export async function openServers(
  configuration: Configuration,
  tell: (line: string) => void,
  onLost?: (error: Error) => void,
): Promise<Stores> {
  const { databases } = configuration;
  const embedded = locationsOf(databases).some(({ kind }) => kind === 'embedded')
    ? await startEmbedded(configuration, tell, onLost)
    : null;
  const urlOf = (location: DatabaseLocation) =>
    location.kind === 'server' ? location.url : (embedded?.connectionString(embeddedDatabase) ?? '');
  const urls: StoreUrls = {
    journal: urlOf(databases.journal),
    payment: urlOf(databases.payment),
    ledger: urlOf(databases.ledger),
    audit: urlOf(databases.audit),
  };
  return { urls, close: async () => embedded?.stop() };
}

async function startEmbedded(
  configuration: Configuration,
  tell: (line: string) => void,
  onLost: ((error: Error) => void) | undefined,
): Promise<EmbeddedPostgres> {
  await prepareDataFolder(configuration.dataDirectory);
  const server = await startEmbeddedPostgres({
    dataDir: configuration.dataDirectory,
    log: tell,
    ...(onLost && { onGivenUp: onLost }),
  });
  await ensureDatabase(server.connectionString(), embeddedDatabase);
  return server;
}

/** Every store with the database that it lives in, the journal first. */
export const allStores: readonly { readonly database: keyof StoreUrls; readonly store: Store }[] = [
  { database: 'journal', store: journalStore },
  { database: 'journal', store: dispatchStore },
  { database: 'payment', store: paymentsStore },
  { database: 'ledger', store: ledgerStore },
  { database: 'audit', store: auditStore },
];

export const storesAt = (urls: StoreUrls): readonly { readonly url: string; readonly store: Store }[] =>
  allStores.map(({ database, store }) => ({ url: urls[database], store }));

/** Brings every schema up to date. */
export async function migrateStores(urls: StoreUrls, tell: (line: string) => void): Promise<void> {
  for (const { url, store } of storesAt(urls)) {
    const names = await migrate(url, store).catch((error: unknown) => {
      throw isRefusedByServer(error) ? unusable(url, store, error) : error;
    });
    if (names.length > 0) tell(`Schema ${store.schema}: ran ${names.join(', ')}.`);
  }
}

/** The network and PostgreSQL give their errors a code; a migration that failed has none of its own. */
const isRefusedByServer = (error: unknown): boolean => error instanceof Error && 'code' in error;

function unusable(url: string, { schema }: Store, cause: unknown): Error {
  const { host, pathname } = new URL(url);
  return new Error(
    `The database ${host}${pathname}, which holds the schema ${schema}, cannot be used. Start its server, or correct DATABASE_URL (or the FINCORE_…_DATABASE_URL of that store): server, port, user, password and database.`,
    { cause },
  );
}
