/** One thing to be sent, in the lane of its key. */
export interface Entry<Item> {
  readonly key: string;
  readonly item: Item;
  readonly sizeBytes: number;
}

/**
 * Queues by key. Only the first entry of a key is ever sent, so no entry overtakes another one. Keys whose first entry
 * is not being sent are served in turn.
 */
export interface Lanes<Item> {
  add(entry: Entry<Item>): void;
  /** First entries of different keys, up to the bounds; they are out until they are accepted or come back. */
  take(bounds: { readonly count: number; readonly sizeBytes: number }): readonly Entry<Item>[];
  /** The entry is done; the next of its key may go. */
  accept(entry: Entry<Item>): void;
  /** The entry is to be taken again. */
  comeBack(entry: Entry<Item>): void;
  /** Forgets everything; what is out then has no effect any more. */
  clear(): void;
}

interface Lane<Item> {
  readonly entries: Entry<Item>[];
  out: Entry<Item> | null;
}

export function createLanes<Item>(): Lanes<Item> {
  const lanes = new Map<string, Lane<Item>>();
  /** Keys that have something to take, in turn. */
  const ready = new Set<string>();

  const laneOf = (entry: Entry<Item>): Lane<Item> | null => {
    const lane = lanes.get(entry.key);
    return lane?.out === entry ? lane : null;
  };
  return {
    add: (entry) => {
      const lane = lanes.get(entry.key);
      if (lane !== undefined) {
        lane.entries.push(entry);
        return;
      }
      lanes.set(entry.key, { entries: [entry], out: null });
      ready.add(entry.key);
    },
    take: ({ count, sizeBytes }) => {
      const taken: Entry<Item>[] = [];
      let takenBytes = 0;
      for (const key of ready) {
        const lane = lanes.get(key);
        const first = lane?.entries[0];
        if (lane === undefined || first === undefined) continue;
        if (taken.length === count || takenBytes + first.sizeBytes > sizeBytes) break;
        ready.delete(key);
        lane.out = first;
        taken.push(first);
        takenBytes += first.sizeBytes;
      }
      return taken;
    },
    accept: (entry) => {
      const lane = laneOf(entry);
      if (lane === null) return;
      lane.out = null;
      lane.entries.shift();
      if (lane.entries.length > 0) ready.add(entry.key);
      else lanes.delete(entry.key);
    },
    comeBack: (entry) => {
      const lane = laneOf(entry);
      if (lane === null) return;
      lane.out = null;
      ready.add(entry.key);
    },
    clear: () => {
      lanes.clear();
      ready.clear();
    },
  };
}
