import { allMutants } from './mutants/all-mutants';
import { simulate } from './simulation';

/** A simulation that needs more seeds than this to find a planted bug is not worth much. */
const maxSeeds = 200;

test.each(allMutants)('is found: $name', async ({ breaks, plant }) => {
  const marks = breaks.map((number) => `[${String(number)}]`);
  const seen: string[] = [];
  for (let seed = 1; seed <= maxSeeds; seed += 1) {
    const { violations } = await simulate({ seed, mutation: plant() });
    if (violations.some((violation) => marks.some((mark) => violation.startsWith(mark)))) return;
    seen.push(...violations);
  }
  throw new Error(`not found in ${String(maxSeeds)} seeds; seen besides: ${seen.slice(0, 5).join('; ')}`);
});
