import { defaultLaneConcurrency } from '../../../src/compose/lane-concurrency';

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 3],
  [64, 48],
])('of %i places, one lane takes at most %i', (concurrency, lane) => {
  expect(defaultLaneConcurrency(concurrency)).toBe(lane);
});
