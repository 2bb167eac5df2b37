import type { StoredAnswer } from './answers';
import { Collection } from './collection';
import { newCollections, type Collections, type Snapshot, type Kind, type Kinds } from './kinds';
import { referencesBy } from './stored';

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

export interface AccountOptions {
  /** See {@link CollectionOptions}. */
  readonly looseLimit: number;
  readonly answerSeconds: number;
}

/** Stripe answers for events of the last thirty days. @source docs.stripe.com/api/events */
const eventSeconds = 30 * 86_400;

/** All objects of one account; nothing of one account is visible to another. */
export class Account {
  readonly collections: Collections;
  readonly events: Collection<EventState>;
  /** By idempotency key. */
  readonly answers: Collection<StoredAnswer>;

  constructor(
    readonly id: string,
    { looseLimit, answerSeconds }: AccountOptions,
  ) {
    this.collections = newCollections(looseLimit);
    this.events = new Collection(referencesBy(), { looseLimit, keptSeconds: eventSeconds });
    this.answers = new Collection(referencesBy(), { looseLimit, keptSeconds: answerSeconds });
  }

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
