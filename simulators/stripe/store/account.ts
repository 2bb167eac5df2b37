import { Collection, referencesBy } from './collection';
import { newCollections, type Snapshot, type Kind, type Kinds } from './kinds';

/** Something that happened, with the object as it was then. */
export type EventState = {
  readonly id: string;
  readonly created: number;
  readonly type: string;
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  /** The webhook endpoints that were registered for it when it happened. */
  readonly endpoints: readonly string[];
  /** The fields that an update changed, as they were before. */
  readonly previous?: Readonly<Record<string, unknown>>;
} & Snapshot;

/** All objects of one account; nothing of one account is visible to another. */
export class Account {
  readonly collections = newCollections();
  readonly events = new Collection<EventState>(referencesBy());

  constructor(readonly id: string) {}

  get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
    return this.collections[kind].get(id);
  }

  put(snapshot: Snapshot): void {
    putInto(this, snapshot.kind, snapshot.state);
  }
}

function putInto<K extends Kind>(account: Account, kind: K, state: Kinds[K]): void {
  account.collections[kind].put(state);
}
