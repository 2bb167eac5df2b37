import { simulate } from './simulation';

/** A few seconds' worth; `npm run simulate` runs as many as one likes. */
const blocks = 3;
const seedsPerBlock = 20;

test.each(Array.from({ length: blocks }, (_, block) => 1 + block * seedsPerBlock))(
  `all invariants hold for ${String(seedsPerBlock)} seeds from %i on`,
  async (first) => {
    for (let seed = first; seed < first + seedsPerBlock; seed += 1) {
      const { violations } = await simulate({ seed });
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  },
);
