import { restartPauseMs } from '../../../src/operations/installation/shared-simulator';

test('a simulator that ended once is started again at once, and one that keeps ending ever later, within a bound', () => {
  const pausesMs = Array.from({ length: 40 }, (_, restarts) => restartPauseMs(restarts));
  expect(pausesMs.slice(0, 4)).toEqual([0, 1_000, 2_000, 4_000]);
  expect(pausesMs.at(-1)).toBe(30_000);
  expect([...pausesMs].sort((one, other) => one - other)).toEqual(pausesMs);
});
