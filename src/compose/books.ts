import { createBoundedCache } from '../adapters/embedded/bounded-cache';
import { createIds } from '../adapters/embedded/ids';
import { nodeKeyMaterial } from '../adapters/embedded/secret-keys';
import { createPostgresJournal } from '../adapters/postgres/journal/postgres-journal';
import type { DatabaseAddress } from '../adapters/postgres/database-address';
import { openPool } from '../adapters/postgres/pool';
import {
  type Authenticator,
  createAuthenticator,
  createKeyMint,
  noticeMerchantChanges,
} from '../core/accounts';
import type { Journal, Log } from '../core/ports';
import type { Configuration } from './configuration';
import type { Failpoints } from './failpoints';
import type { StoreUrls } from './stores';

export type Books = ReturnType<typeof openBooks>;

/** What the books need to know of a configuration. */
export interface BooksSettings {
  readonly databases: Pick<Configuration['databases'], 'poolSize'>;
  readonly append: Configuration['append'];
}

/** Where the password is in the URL. */
const asItIs = (url: string): DatabaseAddress => url;

/**
 * Connections to the stores, for a server or for one command; nothing here runs by itself.
 * @param addressOf how one signs in at a URL that holds no password
 */
export function openBooks(configuration: BooksSettings, urls: StoreUrls, log: Log, addressOf = asItIs) {
  const { poolSize } = configuration.databases;
  const onError = (error: unknown) => log.warn({ err: error }, 'a connection to the database was lost');
  const pool = (url: string, store: string) =>
    openPool({
      connectionString: addressOf(url),
      size: poolSize,
      applicationName: `fincore-${store}`,
      onError,
    });
  const records = createPostgresJournal({
    connectionString: addressOf(urls.journal),
    batchLimit: configuration.append.batchLimit,
    queueLimit: configuration.append.queueLimit,
    onError,
  });
  const pools = {
    dispatch: pool(urls.journal, 'dispatch'),
    payment: pool(urls.payment, 'payment'),
    ledger: pool(urls.ledger, 'ledger'),
    audit: pool(urls.audit, 'audit'),
  };
  const ids = createIds();
  const clock = Date.now;
  return {
    urls,
    ids,
    clock,
    pools,
    records,
    mintKey: createKeyMint({ ids, keyMaterial: nodeKeyMaterial }),
    async close() {
      await records.close();
      await Promise.all(Object.values(pools).map((open) => open.end()));
    },
  };
}

/** The journal as the API uses it, and who may use the API. */
export interface Door {
  /** Tells the authenticator of every change of a merchant: a key that is revoked here is refused at once. */
  readonly journal: Journal;
  readonly authenticator: Authenticator;
}

export function openDoor(books: Books, operatorKey: string, failpoints: Failpoints): Door {
  const authenticator = createAuthenticator({
    journal: books.records,
    keyMaterial: nodeKeyMaterial,
    clock: books.clock,
    createCache: createBoundedCache,
    operatorKeyHash: nodeKeyMaterial.sha256Hex(operatorKey),
  });
  const journal = noticeMerchantChanges(books.records, (merchantId) => authenticator.forget(merchantId));
  return { authenticator, journal: failpoints.journal(journal) };
}
