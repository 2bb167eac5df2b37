import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/kernel';
import type { RateCounter } from '../../core/ports';

interface Window {
  count: number;
  readonly endsAt: number;
}

/** Counts in this process alone, also where the shared counter fails. Of more than `size` buckets the idlest is forgotten. */
export function createMemoryRateCounter({
  clock,
  size,
}: {
  readonly clock: Clock;
  readonly size: number;
}): RateCounter {
  const windows = new LRUCache<string, Window>({ max: size });
  return {
    hit: (bucket, windowMs) => {
      const now = clock();
      const open = windows.get(bucket);
      const window = open !== undefined && now < open.endsAt ? open : { count: 0, endsAt: now + windowMs };
      window.count += 1;
      if (window !== open) windows.set(bucket, window);
      return Promise.resolve({ count: window.count, resetMs: window.endsAt - now });
    },
  };
}
