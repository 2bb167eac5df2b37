/** Keeps at most a given number of entries and drops those that were not asked for longest. */
export interface BoundedCache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
  delete(key: Key): unknown;
}

/** @param size entries at most */
export type CreateBoundedCache = <Key extends string, Value extends object>(
  size: number,
) => BoundedCache<Key, Value>;
