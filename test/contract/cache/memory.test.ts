import { createMemoryCache } from '../../../src/adapters/memory/cache';
import { createMemoryRateCounter } from '../../../src/adapters/memory/rate-counter';
import { cacheContract } from './cache.contract';

function openMemory(size: number) {
  let nowMs = 1_000_000;
  const clock = () => nowMs;
  return {
    cache: createMemoryCache({ clock, size }),
    counter: createMemoryRateCounter({ clock, size }),
    pass: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

cacheContract('memory', () => Promise.resolve(openMemory(1_000)));

test('what was used least recently is pushed out of a full cache', async () => {
  const { cache } = openMemory(2);
  await cache.set('a', '1', 60_000);
  await cache.set('b', '2', 60_000);
  await cache.get('a');
  await cache.set('c', '3', 60_000);
  expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual(['1', null, '3']);
});
