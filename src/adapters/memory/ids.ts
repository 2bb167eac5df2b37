import { type Ids, assert, base32 } from '../../core/kernel';

/**
 * Ids that a replay makes again: the seed, then a count. Sources with different seeds never meet.
 * @param seed 0 to 2^30 - 1
 */
export function createSeededIds(seed = 0): Ids {
  assert(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 30, `a seed is 0 to 2^30 - 1, not ${seed}`);
  let count = 0;
  return () => `${base32(seed, 6)}${base32((count += 1), 20)}`;
}
