import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/kernel';
import type { Cache } from '../../core/ports';

interface Kept {
  readonly value: string;
  readonly expiresAt: number;
}

/** In this process: what was used least recently goes first. */
export function createMemoryCache({ clock, size }: { readonly clock: Clock; readonly size: number }): Cache {
  const entries = new LRUCache<string, Kept>({ max: size });
  return {
    get: (key) => {
      const kept = entries.get(key);
      if (kept === undefined) return Promise.resolve(null);
      if (clock() < kept.expiresAt) return Promise.resolve(kept.value);
      entries.delete(key);
      return Promise.resolve(null);
    },
    set: (key, value, ttlMs) => {
      entries.set(key, { value, expiresAt: clock() + ttlMs });
      return Promise.resolve();
    },
    delete: (key) => {
      entries.delete(key);
      return Promise.resolve();
    },
  };
}
