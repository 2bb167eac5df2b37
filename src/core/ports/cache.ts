/**
 * Values that are dear to compute and can be lost at any moment: nothing is true because it is in a cache.
 *
 * Every method answers within a short time of its own and throws CacheUnavailable when it cannot. Callers then do
 * without (compute it, ask the journal): a failing cache makes a payment slower and never fails it.
 */
export interface Cache {
  /** Null when it was never set, has expired, was deleted or was pushed out. */
  get(key: string): Promise<string | null>;
  /** Replaces what was there. @param ttlMs milliseconds after which it is gone, from 1 up */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Without effect when there is nothing. */
  delete(key: string): Promise<void>;
}

export interface RateCount {
  /** Hits of the bucket in its current window, this one included. */
  readonly count: number;
  /** Milliseconds until the window ends and the count begins at 0, from 1 up to the window's length. */
  readonly resetMs: number;
}

/** Counts what happens within a time, over all processes that share the counter. */
export interface RateCounter {
  /**
   * Counts one hit and tells the count, in one step. The first hit of a bucket opens a window of `windowMs`; hits
   * within it never prolong it.
   * @throws CacheUnavailable. Anyone who limits requests then counts in its own process; anyone who guards a login or a
   *   one-time password refuses.
   */
  hit(bucket: string, windowMs: number): Promise<RateCount>;
}

/** The cache did not answer in its time or cannot be reached. Whether a `set`, `delete` or `hit` took effect is unknown. */
export class CacheUnavailable extends Error {
  override readonly name = 'CacheUnavailable';
}
