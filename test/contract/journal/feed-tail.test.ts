import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createFeedTail, type FeedTail } from '../../../src/adapters/postgres/journal/feed-tail';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import { createPostgresJournal } from '../../../src/adapters/postgres/journal/postgres-journal';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { operatorTenant } from '../../../src/core/kernel';
import { type Feed, type Journal, type RecordedEvent, toStream } from '../../../src/core/ports';
import { eventually } from '../../support/eventually';
import { createTestDatabase } from '../../support/postgres';

let appended = 0;
const append = (journal: Journal, count = 1) =>
  journal.append(
    toStream({
      tenant: operatorTenant,
      stream: `test-${String((appended += 1))}`,
      expectedVersion: 0,
      events: Array.from({ length: count }, () => ({
        type: 'Tested',
        schemaVersion: 1,
        data: { n: appended },
      })),
      metadata: { actor: 'test', correlationId: 'c1' },
    }),
  );
const positions = (events: readonly RecordedEvent[]) => events.map((event) => event.position);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

/** A memory journal whose reads are written down, and can be held back or made to fail. */
function createWatchedFeed() {
  const journal = createMemoryJournal({ clock: () => 1 });
  const reads: { readonly after: number; readonly limit: number }[] = [];
  const failures: Error[] = [];
  let reading = 0;
  let mostAtOnce = 0;
  let gate: Promise<void> | null = null;
  const feed: Feed = {
    head: () => journal.head(),
    subscribe: (wake) => journal.subscribe(wake),
    async read(after, limit) {
      reads.push({ after, limit });
      reading += 1;
      mostAtOnce = Math.max(mostAtOnce, reading);
      try {
        if (gate !== null) await gate;
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        return await journal.read(after, limit);
      } finally {
        reading -= 1;
      }
    },
  };
  return {
    journal,
    feed,
    reads,
    failures,
    mostAtOnce: () => mostAtOnce,
    hold(): () => void {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => {
        release = () => {
          gate = null;
          resolve();
        };
      });
      return release;
    },
  };
}

describe('over a feed in memory', () => {
  let watched: ReturnType<typeof createWatchedFeed>;
  let tail: FeedTail;
  let errors: unknown[];
  let newest: number;
  const open = async (options: { capacity?: number; fetchLimit?: number } = {}) => {
    tail = await createFeedTail(watched.feed, { ...options, onError: (error) => errors.push(error) });
    tail.onEvents((events) => (newest = events.at(-1)?.position ?? newest));
    return tail;
  };
  /** Resolves once the tail has the journal's newest event. */
  const filled = () => eventually(async () => expect(newest).toBe(await watched.journal.head()));
  beforeEach(() => {
    watched = createWatchedFeed();
    errors = [];
    newest = 0;
  });
  afterEach(() => tail.close());

  test('readers are served from memory, each from its own position', async () => {
    await open();
    await append(watched.journal, 5);
    await eventually(async () => expect(positions(await tail.read(0, 10))).toEqual(range(1, 5)));
    const queries = watched.reads.length;
    expect(positions(await tail.read(2, 2))).toEqual([3, 4]);
    expect(await tail.read(5, 10)).toEqual([]);
    expect(await tail.read(0, 1)).toEqual(await watched.journal.read(0, 1));
    expect(watched.reads).toHaveLength(queries);
  });

  test('what was committed before the tail, or no longer fits, comes from the feed', async () => {
    await append(watched.journal, 3);
    await open({ capacity: 4 });
    await append(watched.journal, 6);
    await filled();
    for (const after of [0, 2, 4]) {
      expect(positions(await tail.read(after, 3))).toEqual(range(after + 1, after + 3));
      expect(watched.reads.at(-1)).toEqual({ after, limit: 3 });
    }
    const queries = watched.reads.length;
    expect(positions(await tail.read(5, 10))).toEqual([6, 7, 8, 9]);
    expect(watched.reads).toHaveLength(queries);
    expect(await tail.head()).toBe(9);
  });

  test('a reader that is ahead of the tail is served by the feed', async () => {
    await open();
    const release = watched.hold();
    await append(watched.journal, 3);
    const ahead = tail.read(2, 10);
    release();
    expect(positions(await ahead)).toEqual([3]);
  });

  test('asks one query at a time, and one for all wakes that came meanwhile', async () => {
    await open();
    const release = watched.hold();
    for (let n = 0; n < 50; n += 1) await append(watched.journal);
    await eventually(() => expect(watched.reads).toHaveLength(1));
    release();
    await eventually(async () => expect(await tail.read(0, 100)).toHaveLength(50));
    await filled();
    expect(watched.mostAtOnce()).toBe(1);
    expect(watched.reads.length).toBeLessThanOrEqual(3);
  });

  test('fetches more than one query holds without waiting for another wake', async () => {
    await open({ fetchLimit: 3 });
    await append(watched.journal, 10);
    await eventually(async () => expect(positions(await tail.read(0, 100))).toEqual(range(1, 10)));
  });

  test('wakes its readers after the events are there, and tells every event once and in order', async () => {
    await open({ fetchLimit: 4 });
    const told: number[] = [];
    const seenAtWake: number[] = [];
    tail.onEvents((events) => told.push(...positions(events)));
    const stop = tail.subscribe(() => {
      void tail.read(0, 1_000).then((events) => seenAtWake.push(events.length));
    });
    for (let n = 0; n < 10; n += 1) await append(watched.journal, 3);
    await eventually(() => expect(told).toEqual(range(1, 30)));
    await eventually(() => expect(seenAtWake.at(-1)).toBe(30));
    expect(seenAtWake[0]).toBeGreaterThan(0);
    stop();
    const wakes = seenAtWake.length;
    await append(watched.journal);
    await eventually(() => expect(told).toHaveLength(31));
    expect(seenAtWake).toHaveLength(wakes);
  });

  test('a listener is told only what comes after it, until it stops', async () => {
    await open();
    await append(watched.journal, 2);
    await filled();
    const told: number[] = [];
    const stop = tail.onEvents((events) => told.push(...positions(events)));
    await append(watched.journal, 1);
    await eventually(() => expect(told).toEqual([3]));
    stop();
    await append(watched.journal, 1);
    await eventually(async () => expect(await tail.read(0, 10)).toHaveLength(4));
    expect(told).toEqual([3]);
  });

  test('a failed query is reported, and the next wake repeats it', async () => {
    await open();
    watched.failures.push(new Error('connection lost'));
    await append(watched.journal, 1);
    await eventually(() => expect(errors).toEqual([new Error('connection lost')]));
    await append(watched.journal, 1);
    await eventually(async () => expect(await tail.read(0, 10)).toHaveLength(2));
  });

  test('a listener that throws is reported and harms nobody', async () => {
    await open();
    const told: number[] = [];
    tail.onEvents(() => {
      throw new Error('listener');
    });
    tail.onEvents((events) => told.push(...positions(events)));
    await append(watched.journal, 1);
    await eventually(() => expect(told).toEqual([1]));
    expect(errors).toEqual([new Error('listener')]);
  });

  test('a gap is an error, and nothing behind it is shown', async () => {
    const gap: Feed = {
      head: () => watched.feed.head(),
      subscribe: (wake) => watched.feed.subscribe(wake),
      read: async (after, limit) =>
        (await watched.feed.read(after, limit)).filter((event) => event.position !== 2),
    };
    tail = await createFeedTail(gap, { onError: (error) => errors.push(error) });
    await append(watched.journal, 3);
    await eventually(() => expect(String(errors[0])).toContain('event 3 follows 1'));
    expect(positions(await tail.read(0, 10))).toEqual([1]);
  });

  test('a closed tail asks nothing more', async () => {
    await open();
    const release = watched.hold();
    await append(watched.journal, 1);
    await eventually(() => expect(watched.reads).toHaveLength(1));
    const closed = tail.close();
    release();
    await closed;
    await append(watched.journal, 1);
    await new Promise(setImmediate);
    expect(watched.reads).toHaveLength(1);
  });
});

describe('over PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url, journalStore);
  });
  afterAll(() => database.drop());

  test('with several processes appending, readers of the tail see every event once and in order', async () => {
    const writers = Array.from({ length: 4 }, () =>
      createPostgresJournal({ connectionString: database.url, pollIntervalMs: 50 }),
    );
    const feed = createPostgresJournal({ connectionString: database.url, pollIntervalMs: 50 });
    const errors: unknown[] = [];
    const tail = await createFeedTail(feed, { capacity: 64, onError: (error) => errors.push(error) });
    const told: number[] = [];
    tail.onEvents((events) => told.push(...positions(events)));
    const readers = writers.map((): number[] => []);
    const slow: number[] = [];
    /** Reads until there is nothing more. */
    const readOn = async (into: number[], limit: number) => {
      for (;;) {
        const events = await tail.read(into.at(-1) ?? 0, limit);
        if (events.length === 0) return;
        into.push(...positions(events));
      }
    };
    await Promise.all(
      writers.map(async (writer, index) => {
        for (let n = 0; n < 100; n += 1) {
          await Promise.all([append(writer, 1 + (n % 3)), append(writer, 1)]);
          await readOn(readers[index] ?? [], 50);
        }
      }),
    );
    // Anyone who comes late begins far below the ring.
    await readOn(slow, 7);
    const head = await feed.head();
    await eventually(async () => {
      for (const read of readers) await readOn(read, 50);
      for (const read of readers) expect(read.at(-1)).toBe(head);
    });
    for (const read of readers) expect(read).toEqual(range(1, head));
    await eventually(() => expect(told.at(-1)).toBe(head));
    expect(told).toEqual(range(1, head));
    expect(slow).toEqual(range(1, slow.length));
    expect(errors).toEqual([]);
    await tail.close();
    await Promise.all([feed, ...writers].map((journal) => journal.close()));
  });

  test("this process's own appends are told without being read back, exactly as the database has them", async () => {
    const own = createPostgresJournal({ connectionString: database.url, pollIntervalMs: 60_000 });
    const begin = await own.head();
    const reads: number[] = [];
    const counted: Feed = {
      head: () => own.head(),
      subscribe: (wake) => own.subscribe(wake),
      read(after, limit) {
        reads.push(after);
        return own.read(after, limit);
      },
    };
    const errors: unknown[] = [];
    const tail = await createFeedTail(counted, { local: own, onError: (error) => errors.push(error) });
    const told: RecordedEvent[] = [];
    tail.onEvents((events) => told.push(...events));
    // Once the tail listens for others, which it does with one look at the journal.
    await eventually(() => expect(reads).toEqual([begin]));
    await Promise.all(Array.from({ length: 30 }, () => append(own, 2)));
    expect(positions(told)).toEqual(range(begin + 1, begin + 60));
    expect(told).toEqual(await own.read(begin, 100));
    expect(reads).toEqual([begin]);
    expect(errors).toEqual([]);
    await tail.close();
    await own.close();
  });

  test('own appends and those of others come in one order, without a gap and without a repeat', async () => {
    const own = createPostgresJournal({ connectionString: database.url, pollIntervalMs: 60_000 });
    const other = createPostgresJournal({ connectionString: database.url, pollIntervalMs: 60_000 });
    const begin = await own.head();
    const errors: unknown[] = [];
    const tail = await createFeedTail(own, { local: own, onError: (error) => errors.push(error) });
    const told: RecordedEvent[] = [];
    tail.onEvents((events) => told.push(...events));
    for (let round = 0; round < 40; round += 1)
      await Promise.all([append(own), append(other), append(own, 2), append(other, 2)]);
    await eventually(() => expect(positions(told)).toEqual(range(begin + 1, begin + 240)));
    expect(told).toEqual(await own.read(begin, 1_000));
    expect(errors).toEqual([]);
    await tail.close();
    await Promise.all([own.close(), other.close()]);
  });
});
