import { operatorTenant } from '../../../src/core/kernel';
import { type Feed, type Journal, type Reader, type RecordedEvent, toStream } from '../../../src/core/ports';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { type FollowFailure, type FollowOptions, type Following, follow } from '../../../src/runtime/follow';
import { sharedTicks } from '../../../src/runtime/shared-ticks';
import { eventually } from '../../support/eventually';
import { createManualTimers } from './manual-timers';

/** A reader that keeps what took effect, and can be told to fail before or after it does. */
function createListReader(effects: number[] = [], state = { checkpoint: 0 }) {
  const batches: number[] = [];
  const troubles: ((when: 'before' | 'after') => void)[] = [];
  let gate: Promise<void> = Promise.resolve();
  const reader: Reader = {
    name: 'list',
    checkpoint: () => Promise.resolve(state.checkpoint),
    async apply(from, events) {
      batches.push(events.length);
      await gate;
      const trouble = troubles.shift();
      trouble?.('before');
      if (from !== state.checkpoint) return 'moved';
      effects.push(...events.map((event) => event.position));
      state.checkpoint = events.at(-1)?.position ?? from;
      trouble?.('after');
      return 'applied';
    },
  };
  return {
    reader,
    effects,
    state,
    batches,
    /** The next call fails, having taken effect or not. */
    failNext(at: 'before' | 'after') {
      troubles.push((when) => {
        if (when === at) throw new Error(`failed ${at} the effect`);
      });
    },
    /** Holds every batch until the result is called. */
    hold(): () => void {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => (release = resolve));
      return release;
    },
  };
}

let appended = 0;
const append = (journal: Journal, count = 1) =>
  journal.append(
    toStream({
      tenant: operatorTenant,
      stream: `test-${String((appended += 1))}`,
      expectedVersion: 0,
      events: Array.from({ length: count }, () => ({ type: 'Tested', schemaVersion: 1, data: {} })),
      metadata: { actor: 'test', correlationId: 'c1' },
    }),
  );

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

let journal: Journal & Feed;
let failures: FollowFailure[];
let timers: ReturnType<typeof createManualTimers>;
const running: Following[] = [];

beforeEach(() => {
  journal = createMemoryJournal({ clock: () => 1 });
  failures = [];
  timers = createManualTimers();
});
afterEach(() => Promise.all(running.splice(0).map((following) => following.stop())));

function start(reader: Reader, more: Partial<FollowOptions> & { feed?: Feed } = {}): Following {
  const { feed = journal, ...options } = more;
  const following = follow(feed, reader, {
    startTimer: timers.startTimer,
    random: () => 0.5,
    onError: (failure) => failures.push(failure),
    ...options,
  });
  running.push(following);
  return following;
}

test('reads what is there in batches, then what is committed later, without a timer', async () => {
  const { reader, effects, batches } = createListReader();
  await append(journal, 5);
  const following = start(reader, { batchLimit: 2 });
  expect(await following.caughtUp(5, 1_000)).toBe(true);
  expect(batches).toEqual([2, 2, 1]);
  await append(journal, 1);
  expect(await following.caughtUp(6, 1_000)).toBe(true);
  expect(effects).toEqual(upTo(6));
  expect(following.position()).toBe(6);
  expect(timers.delays()).toEqual([]);
});

test('goes on from the checkpoint that the reader has', async () => {
  await append(journal, 5);
  const { reader, effects } = createListReader([], { checkpoint: 3 });
  const following = start(reader);
  expect(await following.caughtUp(3, 1_000)).toBe(true);
  expect(await following.caughtUp(5, 1_000)).toBe(true);
  expect(effects).toEqual([4, 5]);
});

test('a commit that comes while a batch is in hand is read next', async () => {
  const list = createListReader();
  const release = list.hold();
  await append(journal, 1);
  const following = start(list.reader);
  await eventually(() => expect(list.batches).toEqual([1]));
  await append(journal, 1);
  release();
  expect(await following.caughtUp(2, 1_000)).toBe(true);
  expect(list.effects).toEqual([1, 2]);
});

test('what fails is reported and tried again after a wait that doubles up to a bound', async () => {
  const list = createListReader();
  for (let n = 0; n < 12; n += 1) list.failNext('before');
  await append(journal, 1);
  const following = start(list.reader);
  const delays: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    await eventually(() => expect(timers.delays()).toHaveLength(1));
    delays.push(...timers.delays());
    timers.fire();
  }
  expect(await following.caughtUp(1, 1_000)).toBe(true);
  // Half of each wait is fixed, the other half is drawn: 0.5 gives three quarters of the ceiling.
  expect(delays).toEqual([38, 75, 150, 300, 600, 1200, 2400, 4800, 7500, 7500, 7500, 7500]);
  expect(failures.map((failure) => failure.failures)).toEqual(upTo(12));
  expect(failures[0]).toMatchObject({ reader: 'list', retryAfterMs: 38 });
  expect(list.effects).toEqual([1]);
});

/** A reader that cannot take the event at one position, alone or with others, until it is mended. */
function createPoisonedReader(poison: number) {
  const list = createListReader();
  let isMended = false;
  const reader: Reader = {
    ...list.reader,
    apply: (from, events) =>
      !isMended && events.some(({ position }) => position === poison)
        ? Promise.reject(new Error('poison'))
        : list.reader.apply(from, events),
  };
  return { reader, effects: list.effects, mend: () => (isMended = true) };
}

test.each([1, 2, 7, 40, 50])(
  'one event that a reader cannot take, at %i of 50, is named, never skipped, and stops nothing before it',
  async (poison) => {
    const list = createPoisonedReader(poison);
    await append(journal, 50);
    const following = start(list.reader, { batchLimit: 20 });
    const lastFailure = () => failures.at(-1);
    while (lastFailure()?.stuckAt == null) {
      await eventually(() => expect(timers.delays()).toHaveLength(1));
      timers.fire();
      await new Promise(setImmediate);
    }
    expect(lastFailure()?.stuckAt).toMatchObject({ position: poison, type: 'Tested' });
    expect(following.stuckAt()).toBe(poison);
    expect(list.effects).toEqual(upTo(poison - 1));
    list.mend();
    await eventually(() => expect(timers.delays()).toHaveLength(1));
    timers.fire();
    expect(await following.caughtUp(50, 1_000)).toBe(true);
    expect(list.effects).toEqual(upTo(50));
    await eventually(() => expect(following.stuckAt()).toBeNull());
  },
);

test('a failure of the feed or of the checkpoint names no event', async () => {
  await append(journal, 1);
  const broken: Feed = { ...journal, read: () => Promise.reject(new Error('away')) };
  const following = start(createListReader().reader, { feed: broken });
  for (let n = 0; n < 5; n += 1) {
    await eventually(() => expect(timers.delays()).toHaveLength(1));
    timers.fire();
  }
  expect(failures.map(({ stuckAt }) => stuckAt)).toEqual(failures.map(() => null));
  expect(following.stuckAt()).toBeNull();
});

test('the wait starts from the beginning after a success', async () => {
  const list = createListReader();
  const following = start(list.reader);
  for (let position = 1; position <= 2; position += 1) {
    list.failNext('before');
    await append(journal, 1);
    await eventually(() => expect(timers.delays()).toEqual([38]));
    timers.fire();
    expect(await following.caughtUp(position, 1_000)).toBe(true);
  }
  expect(failures.map((failure) => failure.failures)).toEqual([1, 1]);
});

test('a batch whose acknowledgement was lost takes effect once', async () => {
  const list = createListReader();
  list.failNext('after');
  await append(journal, 3);
  const following = start(list.reader, { batchLimit: 2 });
  await eventually(() => expect(timers.delays()).toHaveLength(1));
  timers.fire();
  expect(await following.caughtUp(3, 1_000)).toBe(true);
  expect(list.effects).toEqual([1, 2, 3]);
});

test('two processes that drive one reader share the work, and each knows how far it is', async () => {
  const effects: number[] = [];
  const state = { checkpoint: 0 };
  const both = [createListReader(effects, state), createListReader(effects, state)];
  const following = both.map(({ reader }) => start(reader, { batchLimit: 3 }));
  for (let n = 0; n < 40; n += 1) await append(journal, 1 + (n % 4));
  const head = await journal.head();
  for (const one of following) expect(await one.caughtUp(head, 1_000)).toBe(true);
  expect(effects).toEqual(upTo(head));
  expect(failures).toEqual([]);
});

test('a reader that was reset is driven from the beginning again', async () => {
  const list = createListReader();
  const following = start(list.reader);
  await append(journal, 4);
  expect(await following.caughtUp(4, 1_000)).toBe(true);
  list.state.checkpoint = 0;
  list.effects.length = 0;
  await append(journal, 1);
  expect(await following.caughtUp(5, 1_000)).toBe(true);
  await eventually(() => expect(list.effects).toEqual(upTo(5)));
});

test('a gap in the feed is reported and nothing is applied', async () => {
  await append(journal, 3);
  const gap: Feed = {
    head: () => journal.head(),
    subscribe: (wake) => journal.subscribe(wake),
    read: async (after, limit) => (await journal.read(after, limit)).filter((event) => event.position !== 2),
  };
  const list = createListReader();
  start(list.reader, { feed: gap });
  await eventually(() => expect(failures).toHaveLength(1));
  expect(String(failures[0]?.error)).toContain('the feed has a gap after position 0');
  expect(list.batches).toEqual([]);
});

test('a reader that refuses its own checkpoint is reported instead of driven in a circle', async () => {
  const stuck: Reader = {
    name: 'stuck',
    checkpoint: () => Promise.resolve(0),
    apply: () => Promise.resolve('moved'),
  };
  await append(journal, 1);
  start(stuck);
  await eventually(() => expect(failures).toHaveLength(1));
  expect(String(failures[0]?.error)).toContain('stuck refused a batch from its own checkpoint');
});

test('stopping finishes the batch in hand and starts no other', async () => {
  const list = createListReader();
  const release = list.hold();
  await append(journal, 4);
  const following = start(list.reader, { batchLimit: 2 });
  await eventually(() => expect(list.batches).toEqual([2]));
  let hasStopped = false;
  const stopped = following.stop().then(() => (hasStopped = true));
  await new Promise(setImmediate);
  expect(hasStopped).toBe(false);
  release();
  await stopped;
  await append(journal, 1);
  await new Promise(setImmediate);
  expect(list.effects).toEqual([1, 2]);
  expect(list.batches).toEqual([2]);
});

test('stopping while idle and while waiting to try again is immediate', async () => {
  const idle = start(createListReader().reader);
  await idle.stop();
  const list = createListReader();
  list.failNext('before');
  await append(journal, 1);
  const retrying = start(list.reader);
  await eventually(() => expect(timers.delays()).toHaveLength(1));
  await retrying.stop();
  expect(timers.delays()).toEqual([]);
  expect(list.effects).toEqual([]);
});

test('who waits for a position is told when time is up, and when the driver stops', async () => {
  const following = start(createListReader().reader);
  const late = following.caughtUp(1, 250);
  expect(timers.delays()).toEqual([250]);
  timers.fire();
  expect(await late).toBe(false);
  const cut = following.caughtUp(1, 250);
  await following.stop();
  expect(await cut).toBe(false);
  expect(await following.caughtUp(1, 250)).toBe(false);
  expect(timers.delays()).toEqual([]);
});

test('every applied batch is told', async () => {
  const told: { position: number; events: number }[] = [];
  await append(journal, 3);
  const following = follow(journal, createListReader().reader, {
    batchLimit: 2,
    startTimer: timers.startTimer,
    random: () => 0,
    onError: (failure) => failures.push(failure),
    onApplied: (batch) => told.push(batch),
  });
  running.push(following);
  expect(await following.caughtUp(3, 1_000)).toBe(true);
  expect(told).toEqual([
    { position: 2, events: 2 },
    { position: 3, events: 1 },
  ] satisfies { position: RecordedEvent['position']; events: number }[]);
});

test('a reader that lingers takes what comes meanwhile as one batch', async () => {
  const { reader, batches } = createListReader();
  start(reader, { lingerMs: 25 });
  await append(journal);
  await eventually(() => expect(timers.delays()).toEqual([25]));
  await append(journal);
  await append(journal);
  expect(batches).toEqual([]);
  timers.fire();
  await eventually(() => expect(batches).toEqual([3]));
});

test('anyone who waits for a position ends the rest of the reader', async () => {
  const { reader, effects } = createListReader();
  const following = start(reader, { lingerMs: 25 });
  await append(journal);
  await eventually(() => expect(timers.delays()).toEqual([25]));
  await append(journal);
  const reached = following.caughtUp(2, 1_000);
  expect(await reached).toBe(true);
  expect(effects).toEqual([1, 2]);
});

test('a reader that is stopped while it rests takes what is there, and rests no more', async () => {
  const { reader, batches } = createListReader();
  await append(journal);
  const following = start(reader, { lingerMs: 25 });
  await eventually(() => expect(timers.delays()).toEqual([25]));
  await following.stop();
  expect(batches).toEqual([1]);
  expect(timers.delays()).toEqual([]);
});

test('a batch rests until an event comes that is urgent', async () => {
  const { reader, batches } = createListReader();
  start(reader, { lingerMs: 25, isUrgent: (events) => events.length > 2 });
  await append(journal);
  await eventually(() => expect(timers.delays()).toEqual([25]));
  await append(journal);
  await new Promise(setImmediate);
  expect(batches).toEqual([]);
  await append(journal);
  await eventually(() => expect(batches).toEqual([3]));
  expect(timers.delays()).toEqual([]);
});

test('readers that share the timer of their rests begin their batches together', async () => {
  const startRest = sharedTicks(timers.startTimer);
  const [first, second] = [createListReader(), createListReader()];
  start(first.reader, { lingerMs: 25, startRest });
  await append(journal);
  await eventually(() => expect(timers.delays()).toEqual([25]));
  start(second.reader, { lingerMs: 100, startRest });
  await new Promise(setImmediate);
  expect(timers.delays()).toEqual([25]);
  timers.fire();
  await eventually(() => expect([first.batches, second.batches]).toEqual([[1], [1]]));
});

test('anyone who waits for a position does not hasten what has just failed', async () => {
  const list = createListReader();
  list.failNext('before');
  await append(journal);
  const following = start(list.reader);
  await eventually(() => expect(timers.delays()).toHaveLength(1));
  const reached = following.caughtUp(1, 1_000);
  await new Promise(setImmediate);
  expect(list.effects).toEqual([]);
  timers.fire();
  expect(await reached).toBe(true);
});

test('a full batch is followed by the next without a rest', async () => {
  const { reader, batches } = createListReader();
  await append(journal, 4);
  start(reader, { lingerMs: 25, batchLimit: 2 });
  await eventually(() => expect(batches).toEqual([2, 2]));
  expect(timers.delays()).toEqual([]);
});
