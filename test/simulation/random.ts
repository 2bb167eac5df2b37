import { seededRandom } from '../../simulators/stripe/faults/seeded-random';

/** Everything that chance decides in a run, from its seed. */
export interface Random {
  /** Evenly from 0 (included) to 1 (excluded). */
  readonly next: () => number;
  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  /** A source of its own: what is drawn from it shifts nothing that is drawn elsewhere. */
  fork(name: string): Random;
}

export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    chance: (probability) => probability > 0 && next() < probability,
    between,
    pick: (values) => values[between(0, values.length - 1)] ?? values[0],
    fork: (name) => createRandom(mix(seed, name)),
  };
}

/** FNV-1a over the name, from the seed on. */
function mix(seed: number, name: string): number {
  let hash = (seed ^ 0x81_1c_9d_c5) >>> 0;
  for (let index = 0; index < name.length; index += 1)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01_00_01_93) >>> 0;
  return hash;
}
