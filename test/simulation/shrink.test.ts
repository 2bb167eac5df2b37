import { noLedgerDedupe } from './mutants/reader-mutants';
import { shrink } from './shrink';
import { simulate } from './simulation';

test('a failure is shown by a shorter run that breaks the same invariant, and replays', async () => {
  const { plant } = noLedgerDedupe;
  let seed = 1;
  let failed = await simulate({ seed, mutation: plant() });
  while (failed.violations.length === 0 && seed < 200) {
    seed += 1;
    failed = await simulate({ seed, mutation: plant() });
  }
  const { reduction, result } = await shrink(failed, plant);
  expect(result.violations[0]?.slice(0, 3)).toBe(failed.violations[0]?.slice(0, 3));
  expect(result.trace.length).toBeLessThan(failed.trace.length);
  const replayed = await simulate({ seed, reduction, mutation: plant() });
  expect(replayed.traceHash).toBe(result.traceHash);
});
