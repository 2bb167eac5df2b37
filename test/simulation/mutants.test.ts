import { allMutants } from './mutants/all-mutants';
import { knownSeeds } from './mutants/known-seeds';
import { simulate } from './simulation';

/** A simulation that needs more seeds than this to find a planted bug is not worth much. */
const maxSeeds = 200;

/** All of them, so that a seed that no longer finds the bug is made up for. */
const seedsFor = (name: string): readonly number[] => [
  ...(knownSeeds[name] === undefined ? [] : [knownSeeds[name]]),
  ...Array.from({ length: maxSeeds }, (_, index) => index + 1),
];

test.each(allMutants)('is found: $name', async ({ name, breaks, plant }) => {
  const marks = breaks.map((number) => `[${String(number)}]`);
  const seen: string[] = [];
  for (const seed of seedsFor(name)) {
    const { violations } = await simulate({ seed, mutation: plant() });
    if (violations.some((violation) => marks.some((mark) => violation.startsWith(mark)))) return;
    seen.push(...violations);
  }
  throw new Error(`not found in ${String(maxSeeds)} seeds; seen besides: ${seen.slice(0, 5).join('; ')}`);
});
