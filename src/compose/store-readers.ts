import type { Pool } from 'pg';
import { createAuditReader } from '../adapters/postgres/audit/audit-reader';
import { createLedgerReader } from '../adapters/postgres/ledger/ledger-reader';
import { createReadModelReader } from '../adapters/postgres/read-model/read-model-reader';
import type { ReaderOptions } from '../adapters/postgres/transact';
import type { StoreName } from '../configuration/store-names';
import { contexts } from '../core/contexts';
import type { Reader } from '../core/ports';

/** A reader that keeps a store, or a schema of one. */
export interface StoreReader {
  /** Also that of its schema, of its pool and of its function on AWS. */
  readonly name: string;
  readonly store: StoreName;
  readonly open: (pool: Pool, options?: ReaderOptions) => Reader;
}

/** The readers of {@link contexts.streamReaders}. */
export const storeReaders: readonly StoreReader[] = [
  ...contexts.readModels.map((model): StoreReader => ({
    name: model.name,
    store: 'readModels',
    open: (pool, options) => createReadModelReader(pool, model, options),
  })),
  { name: 'ledger', store: 'ledger', open: createLedgerReader },
  { name: 'audit', store: 'audit', open: createAuditReader },
];
