/** How often each race is run: few for a newcomer's `npm test`, many for `npm run test:faults`. */
const defaultRepetitions = 1;

export function raceRepetitions(): number {
  const set = process.env.FINCORE_TEST_REPETITIONS;
  if (set === undefined || set === '') return defaultRepetitions;
  const repetitions = Number(set);
  if (!Number.isSafeInteger(repetitions) || repetitions < 1)
    throw new Error(`FINCORE_TEST_REPETITIONS is "${set}"; it must be a whole number above zero`);
  return repetitions;
}

/** Once for a newcomer's `npm test` where nothing races: a fault that is armed strikes every time alike. */
export const armedRepetitions = (): number =>
  raceRepetitions() <= defaultRepetitions ? 1 : raceRepetitions();

/** What a test may take: a start and a repair, then each repetition. */
export const raceTimeoutMs = (eachMs: number): number => 60_000 + raceRepetitions() * eachMs;
