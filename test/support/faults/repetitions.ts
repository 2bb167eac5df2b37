/** How often each race is run: few for a newcomer's `npm test`, many for `npm run test:long`. */
const defaultRepetitions = 1;

export function raceRepetitions(): number {
  const set = process.env.FINCORE_TEST_REPETITIONS;
  if (set === undefined || set === '') return defaultRepetitions;
  const repetitions = Number(set);
  if (!Number.isSafeInteger(repetitions) || repetitions < 1)
    throw new Error(`FINCORE_TEST_REPETITIONS is "${set}"; it must be a whole number above zero`);
  return repetitions;
}

/** From here on it is the long run of `npm run test:long`; below, the gate or a newcomer waits for it. */
const longRun = 100;
const isLongRun = (): boolean => raceRepetitions() >= longRun;

/** Where nothing races: a fault that is armed strikes every time alike, and once shows as much. */
export const armedRepetitions = (): number => (isLongRun() ? raceRepetitions() : 1);

/** A drill of half a minute, in which nothing races. */
const longRunDrills = 10;
export const drillRepetitions = (): number => (isLongRun() ? longRunDrills : 1);

/** A whole `npm start` and its end, in which two signals race with each other. */
const [longRunStarts, gateStarts] = [20, 2];
export const startRepetitions = (): number => (isLongRun() ? longRunStarts : gateStarts);

/** A race that is run in several kinds, in which the same things race: in the gate, the kinds share the rounds. */
export const sharedRepetitions = (kinds: number): number =>
  isLongRun() ? raceRepetitions() : Math.ceil(raceRepetitions() / kinds);

/**
 * Whether `fincore verify` is run after this round of a race (from 0). What it would find stays in the books, so that the
 * look after the last round sees what any round did; in a long run, looks in between tell sooner which.
 */
export const isVerifiedRound = (round: number, rounds: number): boolean =>
  round === rounds - 1 || (round + 1) % verifyEvery === 0;
const verifyEvery = 10;

/** What a test may take: a start and a repair, then each repetition. */
export const raceTimeoutMs = (eachMs: number): number => 60_000 + raceRepetitions() * eachMs;
export const drillTimeoutMs = (eachMs: number): number => 60_000 + drillRepetitions() * eachMs;
