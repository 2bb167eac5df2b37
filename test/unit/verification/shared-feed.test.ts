import { createSharedFeed } from '../../../src/verification/shared-feed';
import type { RecordedEvent } from '../../../src/core/ports';
import { recordedEvents } from '../../support/recorded-events';

/** A journal that counts how often each event is read from it. */
function countingFeed(events: readonly RecordedEvent[]) {
  const reads = new Map<number, number>();
  return {
    reads,
    async read(after: number, limit: number) {
      await Promise.resolve();
      const found = events.filter(({ position }) => position > after).slice(0, limit);
      for (const { position } of found) reads.set(position, (reads.get(position) ?? 0) + 1);
      return found;
    },
  };
}

type Shared = ReturnType<typeof createSharedFeed>;

/** Reads to the end, and leaves. @returns the positions */
async function readAll(shared: Shared, limit: number, from = 0): Promise<readonly number[]> {
  const joined = shared.join(from);
  const seen: number[] = [];
  try {
    for (let after = from; ; after = seen.at(-1) ?? after) {
      const events = await joined.read(after, limit);
      if (events.length === 0) return seen;
      seen.push(...events.map(({ position }) => position));
    }
  } finally {
    joined.leave();
  }
}

const positions = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n + 1);

test('checks side by side each see every event, which is read once', async () => {
  const feed = countingFeed(recordedEvents(7_300));
  const shared = createSharedFeed(feed);
  const seen = await Promise.all([readAll(shared, 1_000), readAll(shared, 500), readAll(shared, 333)]);
  for (const each of seen) expect(each).toEqual(positions(0, 7_300));
  expect(Math.max(...feed.reads.values())).toBe(1);
});

test('anyone who is far ahead waits, so that few pages are in memory, and goes on when the other leaves', async () => {
  const feed = countingFeed(recordedEvents(20_000));
  const shared = createSharedFeed(feed);
  const slow = shared.join(0);
  const fast = readAll(shared, 1_000);
  await slow.read(0, 10);
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
  expect(Math.max(...feed.reads.keys())).toBeLessThanOrEqual(5_000);
  slow.leave();
  expect(await fast).toEqual(positions(0, 20_000));
});

test('one begins where an earlier verification ended, one reads again what has passed', async () => {
  const shared = createSharedFeed(countingFeed(recordedEvents(5_000)));
  expect(await Promise.all([readAll(shared, 700, 4_321), readAll(shared, 700)])).toEqual([
    positions(4_321, 5_000),
    positions(0, 5_000),
  ]);
  const joined = shared.join(0);
  await joined.read(4_000, 10);
  expect((await joined.read(17, 2)).map(({ position }) => position)).toEqual([18, 19]);
});

test('missing events and a journal that grows meanwhile are seen as they are', async () => {
  const all = recordedEvents(3_100);
  const events = all.filter(({ position }) => position < 900 || position > 2_200);
  const feed = countingFeed(events);
  const shared = createSharedFeed(feed);
  expect(await readAll(shared, 1_000)).toEqual(events.map(({ position }) => position));
  const joined = shared.join(3_000);
  await joined.read(3_050, 100);
  events.push(...recordedEvents(3_150).slice(3_100));
  expect((await joined.read(3_100, 100)).map(({ position }) => position)).toEqual(positions(3_100, 3_150));
});

test('a read that fails is told to those who need it', async () => {
  const shared = createSharedFeed({ read: () => Promise.reject(new Error('the database is away')) });
  await expect(readAll(shared, 10)).rejects.toThrow('the database is away');
});
