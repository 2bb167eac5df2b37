import { LRUCache } from 'lru-cache';
import type { TenantId } from '../../core/kernel';
import type { RememberedRules, RuleCache } from '../../core/risk';

/** A compiled expression takes some 25 times its text: these are about 50 MB. */
const maxCharacters = 2_000_000;
const maxOwners = 10_000;

/** In this process; the rules that were used least recently go first. */
export const createRuleCache = (): RuleCache =>
  new LRUCache<TenantId, RememberedRules>({
    max: maxOwners,
    maxSize: maxCharacters,
    sizeCalculation: ({ characters }) => Math.max(1, characters),
  });
