import type { Account, EventState } from './account';
import type { Kind, Kinds, Snapshot } from './kinds';
import { newId } from './ids';
import { endpointsFor } from '../webhooks/subscriptions';

export interface Origin {
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
}

/**
 * What one request (or one later settlement) changes: it becomes visible and durable as a whole, or not at all.
 * Reads see the unit's own writes.
 */
export class UnitOfWork {
  readonly puts: Snapshot[] = [];
  readonly events: EventState[] = [];
  readonly created: number;

  constructor(
    readonly account: Account,
    readonly origin: Origin,
    readonly nowMs: number,
  ) {
    this.created = Math.floor(nowMs / 1_000);
  }

  get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
    for (let index = this.puts.length - 1; index >= 0; index -= 1) {
      const put = this.puts[index];
      if (put !== undefined && put.state.id === id && isOfKind(put, kind)) return put.state;
    }
    return this.account.get(kind, id);
  }

  /** Stores the state. An earlier one of the same object, unless an event shows it, need not be kept. */
  put<S extends Snapshot>(snapshot: S): S['state'] {
    const { id } = snapshot.state;
    const earlier = this.puts.findIndex((put) => put.state.id === id);
    const replaced = this.puts[earlier];
    if (replaced === undefined || this.events.some(({ state }) => state === replaced.state))
      this.puts.push(snapshot);
    else this.puts[earlier] = snapshot;
    return snapshot.state;
  }

  /** Forgets everything, because the request was refused. */
  discard(): void {
    this.puts.length = 0;
    this.events.length = 0;
  }

  /** Records the event, and stores the state it shows if this unit has not stored it yet. */
  emit(type: string, snapshot: Snapshot, previous?: Readonly<Record<string, unknown>>): void {
    if (!this.puts.some((put) => put.state === snapshot.state)) this.put(snapshot);
    this.events.push({
      id: newId('evt'),
      created: this.created,
      type,
      ...this.origin,
      endpoints: endpointsFor(this.account, type),
      ...(previous === undefined ? {} : { previous }),
      ...snapshot,
    });
  }
}

function isOfKind<K extends Kind>(
  snapshot: { readonly kind: Kind },
  kind: K,
): snapshot is { readonly kind: K; readonly state: Kinds[K] } {
  return snapshot.kind === kind;
}
