import { blockSize, PackedStates, type PackedPart } from './packed-states';
import type { References, Stored } from './stored';

/** Of packed states, this share may have changed before blocks are packed again: several changes share the work then. */
const changedShare = 0.05;

export interface CollectionOptions {
  /** So many states, the latest ones, are kept as objects; older ones are packed. */
  readonly looseLimit: number;
  /** States that are older than this, compared with the latest one, may be forgotten. @default never */
  readonly keptSeconds?: number;
}

interface Entry<T> {
  state: T;
  readonly index: number;
}

/** Everything that a collection holds at one moment. */
export interface Contents<T> {
  readonly packed: readonly PackedPart[];
  /** In order of creation; those of packed states that have changed since come first. */
  readonly loose: readonly T[];
}

/**
 * The objects of one kind in one account, in order of creation.
 * `references` names the keys (other objects' ids, metadata pairs) under which a state is to be found quickly.
 * The latest states are objects; older ones are packed, and those of them that changed later are objects until their
 * block is packed again.
 */
export class Collection<T extends Stored> {
  private readonly packed: PackedStates<T>;
  /** Packed states as they are now. */
  private readonly changed = new Map<string, Entry<T>>();
  private readonly loose = new Map<string, Entry<T>>();
  /** The ids of the loose states. */
  private readonly order: string[] = [];
  /** Of loose and changed states. */
  private readonly byReference = new Map<string, Set<string> | string>();

  constructor(
    private readonly references: References<T>,
    private readonly options: CollectionOptions,
  ) {
    this.packed = new PackedStates(references);
  }

  get size(): number {
    return this.packed.size + this.order.length;
  }

  get(id: string): T | undefined {
    const entry = this.entryOf(id);
    if (entry !== undefined) return entry.state;
    const index = this.packed.indexOf(id);
    return index === undefined ? undefined : this.packed.at(index);
  }

  put(state: T): void {
    const entry = this.entryOf(state.id);
    if (entry !== undefined) {
      const before = entry.state;
      entry.state = state;
      if (this.references.areSame(before, state)) return;
      this.unrefer(before);
      this.refer(state);
      return;
    }
    const index = this.packed.indexOf(state.id);
    this.refer(state);
    if (index === undefined) {
      this.loose.set(state.id, { state, index: this.size });
      this.order.push(state.id);
      if (this.order.length >= this.options.looseLimit + blockSize) this.packOldest(state.created);
    } else {
      this.changed.set(state.id, { state, index });
      if (this.changed.size > Math.max(this.options.looseLimit, this.packed.size * changedShare))
        this.packChanged();
    }
  }

  /** Takes over what another collection packed; only before the first loose state. */
  load(part: PackedPart): void {
    if (this.order.length > 0) throw new Error('packed states come before all others');
    this.packed.load(part);
  }

  contents(): Contents<T> {
    const loose = [...this.changed.values(), ...this.loose.values()].map(({ state }) => state);
    return { packed: this.packed.parts(), loose };
  }

  /** Position in order of creation, or undefined for an unknown id. */
  indexOf(id: string): number | undefined {
    return this.entryOf(id)?.index ?? this.packed.indexOf(id);
  }

  at(index: number): T | undefined {
    const id = this.order[index - this.packed.size];
    if (id !== undefined) return this.loose.get(id)?.state;
    const state = this.packed.at(index);
    return state === undefined ? undefined : (this.changed.get(state.id)?.state ?? state);
  }

  /** At most so many, newest first. */
  newest(limit: number): readonly T[] {
    const found: T[] = [];
    for (let index = this.size - 1; index >= 0 && found.length < limit; index -= 1) {
      const state = this.at(index);
      if (state !== undefined) found.push(state);
    }
    return found;
  }

  /** The states that carry the key, and perhaps some others: callers compare the field itself. Oldest first. */
  referring(key: string): readonly T[] {
    const ids = this.byReference.get(key) ?? [];
    const places = (typeof ids === 'string' ? [ids] : [...ids]).flatMap((id) => this.indexOf(id) ?? []);
    const all = new Set([...places, ...this.packed.referring(key)]);
    return [...all].sort((a, b) => a - b).flatMap((index) => this.at(index) ?? []);
  }

  *[Symbol.iterator](): Generator<T> {
    for (let index = 0; index < this.size; index += 1) {
      const state = this.at(index);
      if (state !== undefined) yield state;
    }
  }

  private entryOf(id: string): Entry<T> | undefined {
    return this.loose.get(id) ?? this.changed.get(id);
  }

  private packOldest(nowSeconds: number): void {
    const ids = this.order.splice(0, blockSize);
    const states = ids.flatMap((id) => this.loose.get(id)?.state ?? []);
    this.packed.add(states);
    for (const state of states) {
      this.loose.delete(state.id);
      this.unrefer(state);
    }
    const { keptSeconds } = this.options;
    if (keptSeconds === undefined) return;
    const changedBlocks = new Set([...this.changed.values()].map(({ index }) => blockOf(index)));
    this.packed.dropBefore(nowSeconds - keptSeconds, (block) => changedBlocks.has(block));
  }

  /** Packs the block whose change is the oldest again, with every change in it. */
  private packChanged(): void {
    const [oldest] = this.changed.values();
    if (oldest === undefined) return;
    const block = blockOf(oldest.index);
    const entries = [...this.changed.values()].filter(({ index }) => blockOf(index) === block);
    this.packed.replace(block, new Map(entries.map(({ index, state }) => [index, state])));
    for (const { state } of entries) {
      this.changed.delete(state.id);
      this.unrefer(state);
    }
  }

  /** Most keys lead to one id, and a set for each would double the memory. */
  private refer(state: T): void {
    for (const key of this.references.of(state)) {
      const found = this.byReference.get(key);
      if (found === undefined) this.byReference.set(key, state.id);
      else if (typeof found === 'string') {
        if (found !== state.id) this.byReference.set(key, new Set([found, state.id]));
      } else found.add(state.id);
    }
  }

  private unrefer(state: T): void {
    for (const key of this.references.of(state)) {
      const found = this.byReference.get(key);
      if (found === state.id) this.byReference.delete(key);
      else if (typeof found === 'object' && found.delete(state.id) && found.size === 0)
        this.byReference.delete(key);
    }
  }
}

const blockOf = (index: number): number => Math.floor(index / blockSize);
