import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/kernel';
import type { RateCount } from '../../core/ports';

/** Buckets that are counted at once; at the bound, those that were quiet longest begin from the start. */
const maxBuckets = 10_000;

/** What `RateCounter` promises, in this process alone and without a wait. */
export function createWindows(clock: Clock): { hit(bucket: string, windowMs: number): RateCount } {
  const windows = new LRUCache<string, { count: number; readonly endsAt: number }>({ max: maxBuckets });
  return {
    hit(bucket, windowMs) {
      const now = clock();
      const known = windows.get(bucket);
      // A window that ends too late is from before the clock was set back: it must not keep anybody out for longer.
      if (known !== undefined && known.endsAt > now && known.endsAt <= now + windowMs) {
        known.count += 1;
        return { count: known.count, resetMs: known.endsAt - now };
      }
      windows.set(bucket, { count: 1, endsAt: now + windowMs });
      return { count: 1, resetMs: windowMs };
    },
  };
}
