/** What every stored state has. */
export interface Stored {
  readonly id: string;
  readonly created: number;
  readonly deleted?: true;
}

export const isDeleted = (state: Stored): boolean => state.deleted === true;

interface Entry<T> {
  state: T;
  readonly index: number;
}

/** The keys under which states of one kind are found. */
export interface References<T> {
  of(state: T): readonly string[];
  /** Whether an update leaves the keys as they were. */
  areSame(before: T, after: T): boolean;
}

/** References by the fields that hold another object's id, and by metadata where there is any. */
export function referencesBy<T extends object>(...fields: readonly (keyof T)[]): References<T> {
  const metadataOf = (state: T): Readonly<Record<string, string>> | undefined =>
    'metadata' in state ? (state.metadata as Readonly<Record<string, string>>) : undefined;
  return {
    of: (state) => {
      const keys: string[] = [];
      for (const field of fields) {
        const value = state[field];
        if (typeof value === 'string') keys.push(value);
      }
      const metadata = metadataOf(state);
      for (const name in metadata) keys.push(metadataKey(name, metadata[name] ?? ''));
      return keys;
    },
    areSame: (before, after) =>
      metadataOf(before) === metadataOf(after) && fields.every((field) => before[field] === after[field]),
  };
}

/**
 * The objects of one kind in one account, in order of creation.
 * `references` names the keys (other objects' ids, metadata pairs) under which a state is to be found quickly.
 */
export class Collection<T extends Stored> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly order: string[] = [];
  private readonly byReference = new Map<string, Set<string> | string>();

  constructor(private readonly references: References<T>) {}

  get size(): number {
    return this.order.length;
  }

  get(id: string): T | undefined {
    return this.entries.get(id)?.state;
  }

  put(state: T): void {
    const entry = this.entries.get(state.id);
    if (entry === undefined) {
      this.entries.set(state.id, { state, index: this.order.length });
      this.order.push(state.id);
    } else {
      const before = entry.state;
      entry.state = state;
      if (this.references.areSame(before, state)) return;
    }
    for (const key of this.references.of(state)) this.refer(key, state.id);
  }

  /** Position in order of creation, or undefined for an unknown id. */
  indexOf(id: string): number | undefined {
    return this.entries.get(id)?.index;
  }

  at(index: number): T | undefined {
    const id = this.order[index];
    return id === undefined ? undefined : this.get(id);
  }

  /** At most so many, newest first. */
  newest(limit: number): readonly T[] {
    return this.order
      .slice(-limit)
      .reverse()
      .flatMap((id) => this.get(id) ?? []);
  }

  /** The states that carry, or once carried, the key: callers compare the field itself. Oldest first. */
  referring(key: string): readonly T[] {
    const found = this.byReference.get(key);
    if (found === undefined) return [];
    const ids = typeof found === 'string' ? [found] : [...found];
    return ids.flatMap((id) => this.get(id) ?? []);
  }

  *[Symbol.iterator](): Generator<T> {
    for (const { state } of this.entries.values()) yield state;
  }

  /** Most keys lead to one id, and a set for each would double the memory. */
  private refer(key: string, id: string): void {
    const found = this.byReference.get(key);
    if (found === undefined) this.byReference.set(key, id);
    else if (typeof found === 'string') {
      if (found !== id) this.byReference.set(key, new Set([found, id]));
    } else found.add(id);
  }
}

/** The key under which a metadata pair is found. */
export const metadataKey = (name: string, value: string): string => `metadata:${name}=${value}`;
