import type { Cache, RateCounter } from '../../../src/core/ports';

export interface CacheUnderTest {
  readonly cache: Cache;
  readonly counter: RateCounter;
  /** Lets that much of the cache's time pass. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenCache = () => Promise<CacheUnderTest>;
