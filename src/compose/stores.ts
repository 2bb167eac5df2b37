import type { Pool } from 'pg';
import { createBoundedCache } from '../adapters/embedded/bounded-cache';
import { createIds } from '../adapters/embedded/ids';
import { nodeKeyMaterial } from '../adapters/embedded/secret-keys';
import { createPostgresJournal } from '../adapters/postgres/journal/postgres-journal';
import type { DatabaseAddress } from '../adapters/postgres/database-address';
import { openPool } from '../adapters/postgres/pool';
import { type ReaderOptions, createSharedTransactions } from '../adapters/postgres/transact';
import {
  type Authenticator,
  createAuthenticator,
  createKeyMint,
  noticeMerchantChanges,
} from '../core/accounts';
import { contexts } from '../core/contexts';
import { assert } from '../core/kernel';
import type { Journal, Log, Reader } from '../core/ports';
import type { Configuration } from '../configuration/configuration';
import type { StoreName, StoreUrls } from '../configuration/store-names';
import type { Failpoints } from '../operations/process/failpoints';
import { storeReaders } from './store-readers';

export type Stores = ReturnType<typeof openStores>;

/** What the books need to know of a configuration. */
export interface StoresSettings {
  /** As the owner of the tables, for set-up and rebuilding. @default as programs sign in */
  readonly ownerUrls?: StoreUrls;
  /** @default as for requests */
  readonly statementTimeoutMs?: number;
  readonly databases: Pick<Configuration['databases'], 'poolSize'>;
  readonly append: Configuration['append'];
}

/** Where the password is in the URL. */
const asItIs = (url: string): DatabaseAddress => url;

/**
 * Connections to the stores, for a server or for one command. Opening them starts no background work.
 * @param addressOf how one signs in at a URL that holds no password
 */
export function openStores(configuration: StoresSettings, urls: StoreUrls, log: Log, addressOf = asItIs) {
  const { poolSize } = configuration.databases;
  const onError = (error: unknown) => log.warn({ err: error }, 'a connection to the database was lost');
  const pool = (url: string, store: string) =>
    openPool({
      connectionString: addressOf(url),
      size: poolSize,
      ...(configuration.statementTimeoutMs === undefined
        ? {}
        : { statementTimeoutMs: configuration.statementTimeoutMs }),
      applicationName: `fincore-${store}`,
      onError,
    });
  const records = createPostgresJournal({
    connectionString: addressOf(urls.journal),
    batchLimit: configuration.append.batchLimit,
    queueLimit: configuration.append.queueLimit,
    effectsOf: contexts.effectsOnAppend,
    onError,
  });
  const byReader = new Map(storeReaders.map(({ name, store }) => [name, pool(urls[store], name)] as const));
  const poolOf = ({ name }: { readonly name: string }): Pool => {
    const found = byReader.get(name);
    assert(found !== undefined, `${name} is a reader that keeps a store`);
    return found;
  };
  const pools = {
    journal: pool(urls.journal, 'journal'),
    ledger: poolOf({ name: 'ledger' }),
    audit: poolOf({ name: 'audit' }),
  };
  const transactAt = new Map([[urls.journal, createSharedTransactions(pools.journal)]]);
  for (const reader of storeReaders) {
    const url = urls[reader.store];
    if (!transactAt.has(url)) transactAt.set(url, createSharedTransactions(poolOf(reader)));
  }
  /** Readers whose stores are in one database share transactions. */
  const transactOf = (store: StoreName): ReaderOptions => {
    const transact = transactAt.get(urls[store]);
    return transact === undefined ? {} : { transact };
  };
  const ids = createIds();
  const clock = Date.now;
  return {
    urls,
    ownerUrls: configuration.ownerUrls ?? urls,
    ids,
    clock,
    pools,
    /** The pool of a read model. */
    poolOf,
    transactOf,
    /** The readers that keep the read models, the ledger and the audit. */
    readers: storeReaders.map((reader): Reader => reader.open(poolOf(reader), transactOf(reader.store))),
    records,
    mintKey: createKeyMint({ ids, keyMaterial: nodeKeyMaterial }),
    async close() {
      await records.close();
      await Promise.all([pools.journal, ...byReader.values()].map((open) => open.end()));
    },
  };
}

/** The journal as the API uses it, and who may use the API. */
export interface Access {
  /** Tells the authenticator of every change of a merchant: a key that is revoked here is refused at once. */
  readonly journal: Journal;
  readonly authenticator: Authenticator;
}

export function openAccess(stores: Stores, operatorKey: string, failpoints: Failpoints): Access {
  const authenticator = createAuthenticator({
    journal: stores.records,
    keyMaterial: nodeKeyMaterial,
    clock: stores.clock,
    createCache: createBoundedCache,
    operatorKeyHash: nodeKeyMaterial.sha256Hex(operatorKey),
  });
  const journal = noticeMerchantChanges(stores.records, (merchantId) => authenticator.forget(merchantId));
  return { authenticator, journal: failpoints.journal(journal) };
}
