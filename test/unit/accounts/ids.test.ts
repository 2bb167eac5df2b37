import { createIds } from '../../../src/adapters/embedded/ids';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import { newId, parseId } from '../../../src/core/kernel';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const toBits = (text: string) =>
  Array.from(text).reduce((bits, char) => bits * 32n + BigInt(alphabet.indexOf(char)), 0n);

afterEach(() => jest.useRealTimers());

test('an id is a UUIDv7 in base 32: the time in its first 48 bits, version and variant in their places', () => {
  const before = Date.now();
  const bits = toBits(createIds()());
  const timeMs = Number(bits >> 80n);
  expect(timeMs).toBeGreaterThanOrEqual(before);
  expect(timeMs).toBeLessThanOrEqual(Date.now() + 1);
  expect((bits >> 76n) & 15n).toBe(7n);
  expect((bits >> 62n) & 3n).toBe(2n);
});

test('ids are strictly increasing inside one millisecond, across sources and while the clock is set back', () => {
  jest.useFakeTimers({ now: Date.now() + 1_000 });
  const [one, other] = [createIds(), createIds()];
  let last = '';
  for (let n = 0; n < 20_000; n += 1) {
    if (n === 10_000) jest.setSystemTime(Date.now() - 500);
    const id = n % 2 === 0 ? one() : other();
    expect(id > last).toBe(true);
    last = id;
  }
});

test('ids have the shape that the kernel reads back', () => {
  for (const ids of [createIds(), createSeededIds(7)]) expect(parseId('ch', newId('ch', ids))).not.toBeNull();
});

test('seeded ids are the same again, increase, and never meet those of another seed', () => {
  const take = (seed: number) => {
    const ids = createSeededIds(seed);
    return Array.from({ length: 100 }, ids);
  };
  expect(take(1)).toEqual(take(1));
  expect(take(1)).toEqual(take(1).sort());
  expect(new Set([...take(1), ...take(2), ...take(2 ** 30 - 1)]).size).toBe(300);
  expect(() => createSeededIds(2 ** 30)).toThrow('seed');
});
