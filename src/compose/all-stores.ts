import { dispatchStore } from '../adapters/embedded/dispatcher/dispatcher';
import { jobsStore } from '../adapters/embedded/job-queue/jobs-store';
import { auditStore } from '../adapters/postgres/audit/audit-store';
import { journalStore } from '../adapters/postgres/journal/journal-store';
import { ledgerStore } from '../adapters/postgres/ledger/ledger-store';
import type { Store } from '../adapters/postgres/migrate';
import { readModelStoreOf } from '../adapters/postgres/read-model-stores';
import { webhooksStore } from '../adapters/postgres/webhooks/webhooks-store';
import type { StoreName, StoreUrls } from '../configuration/store-names';
import { contexts } from '../core/contexts';

export interface PlacedStore {
  readonly database: StoreName;
  readonly store: Store;
}

/** The schemas that are derived from the journal, on every runtime. */
export const derivedStores: readonly PlacedStore[] = [
  ...contexts.readModels.map((model): PlacedStore => ({
    database: 'readModels',
    store: readModelStoreOf(model),
  })),
  { database: 'ledger', store: ledgerStore },
  { database: 'audit', store: auditStore },
];

/** Every schema of one machine with the store that holds it, the journal first. */
export const allStores: readonly PlacedStore[] = [
  { database: 'journal', store: journalStore },
  { database: 'journal', store: dispatchStore },
  { database: 'journal', store: jobsStore },
  { database: 'journal', store: webhooksStore },
  ...derivedStores,
];

export const storesAt = (urls: StoreUrls): readonly { readonly url: string; readonly store: Store }[] =>
  allStores.map(({ database, store }) => ({ url: urls[database], store }));
