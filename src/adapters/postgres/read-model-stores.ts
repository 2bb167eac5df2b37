import { assert } from '../../core/kernel';
import { eventsStore } from './events/events-store';
import type { Store } from './migrate';
import { paymentsStore } from './payments/payments-store';
import { riskStore } from './risk/risk-store';

/** The schema of each read model. A context adds a line for its own. */
const readModelStores: readonly Store[] = [paymentsStore, riskStore, eventsStore];

const stores = new Map(readModelStores.map((store) => [store.schema, store]));

/** @throws InvariantViolation for a read model that has no migrations */
export function readModelStoreOf({ name }: { readonly name: string }): Store {
  const store = stores.get(name);
  assert(store !== undefined, `the read model ${name} has migrations in a schema of its name`);
  return store;
}
