/** The stores, the journal first. They are never joined, so each may be on a server of its own. */
export const storeNames = ['journal', 'readModels', 'ledger', 'audit'] as const;

export type StoreName = (typeof storeNames)[number];

/** Where each store is. */
export type StoreUrls = Readonly<Record<StoreName, string>>;

/** Makes a value for each store. */
export const perStore = <Value>(
  valueOf: (store: StoreName) => Value,
): Readonly<Record<StoreName, Value>> => ({
  journal: valueOf('journal'),
  readModels: valueOf('readModels'),
  ledger: valueOf('ledger'),
  audit: valueOf('audit'),
});
