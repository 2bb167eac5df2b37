import { LRUCache } from 'lru-cache';
import type { CreateBoundedCache } from '../../core/accounts';

/** In this process; what was used least recently goes first. */
export const createBoundedCache: CreateBoundedCache = <Key extends string, Value extends object>(
  size: number,
) => new LRUCache<Key, Value>({ max: size });
