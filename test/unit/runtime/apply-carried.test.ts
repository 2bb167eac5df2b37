import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { operatorTenant } from '../../../src/core/kernel';
import { type Feed, type Journal, type Reader, type RecordedEvent, toStream } from '../../../src/core/ports';
import { applyCarried } from '../../../src/runtime/apply-carried';

/** Keeps the positions that took effect; others may move its checkpoint. */
function createListReader() {
  const state = { checkpoint: 0 };
  const batches: number[][] = [];
  const reader: Reader = {
    name: 'list',
    checkpoint: () => Promise.resolve(state.checkpoint),
    apply(from, events) {
      if (from !== state.checkpoint) return Promise.resolve('moved');
      batches.push(events.map(({ position }) => position));
      state.checkpoint = events.at(-1)?.position ?? from;
      return Promise.resolve('applied');
    },
  };
  return { reader, state, batches };
}

let journal: Journal & Feed;
let events: readonly RecordedEvent[];
let reads: (readonly [after: number, limit: number])[];
let feed: Pick<Feed, 'read'>;

beforeEach(async () => {
  journal = createMemoryJournal({ clock: () => 1 });
  await journal.append(
    toStream({
      tenant: operatorTenant,
      stream: 'test-1',
      expectedVersion: 0,
      events: Array.from({ length: 20 }, () => ({ type: 'Tested', schemaVersion: 1, data: {} })),
      metadata: { actor: 'test', correlationId: 'c1' },
    }),
  );
  events = await journal.read(0, 100);
  reads = [];
  feed = {
    read(after, limit) {
      reads.push([after, limit]);
      return journal.read(after, limit);
    },
  };
});

const at = (...positions: readonly number[]) => events.filter(({ position }) => positions.includes(position));

test('what continues the checkpoint is applied as carried, without a look into the journal', async () => {
  const list = createListReader();
  const outcome = await applyCarried(list.reader, feed, at(1, 2, 3).toReversed());
  expect(outcome).toEqual({
    position: 3,
    target: 3,
    fromBatch: 3,
    fromJournal: 0,
    end: { kind: 'reached' },
  });
  expect(list.batches).toEqual([[1, 2, 3]]);
  expect(reads).toEqual([]);
});

test('from the first gap on, one query brings the rest, in the same transaction', async () => {
  const list = createListReader();
  const outcome = await applyCarried(list.reader, feed, at(1, 2, 5, 8));
  expect(outcome).toMatchObject({ position: 8, fromBatch: 2, fromJournal: 6, end: { kind: 'reached' } });
  expect(list.batches).toEqual([[1, 2, 3, 4, 5, 6, 7, 8]]);
  expect(reads).toEqual([[2, 6]]);
});

test('what has taken effect before is left alone', async () => {
  const list = createListReader();
  list.state.checkpoint = 9;
  expect(await applyCarried(list.reader, feed, at(3, 9))).toMatchObject({
    position: 9,
    end: { kind: 'reached' },
  });
  expect(list.batches).toEqual([]);
});

test('a batch that lacks something known goes on to the position that is asked for', async () => {
  const list = createListReader();
  expect(await applyCarried(list.reader, feed, at(1), { through: 20 })).toMatchObject({
    position: 20,
    target: 20,
  });
});

test('each transaction is bounded, and so is their number', async () => {
  const list = createListReader();
  const outcome = await applyCarried(list.reader, feed, at(20), { batchLimit: 3, stepLimit: 2 });
  expect(outcome).toMatchObject({ position: 6, target: 20, end: { kind: 'paused' } });
  expect(list.batches).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test('nothing is begun when there is no time left', async () => {
  const list = createListReader();
  let left = 1;
  const outcome = await applyCarried(list.reader, feed, at(20), {
    batchLimit: 3,
    hasTime: () => (left -= 1) >= 0,
  });
  expect(outcome).toMatchObject({ position: 3, end: { kind: 'paused' } });
});

test('a shard that another one overtook goes on from where the other is', async () => {
  const list = createListReader();
  const raced: Reader = {
    ...list.reader,
    apply(from, batch) {
      // Another shard's batch takes effect just before this one's.
      if (from === 0) list.state.checkpoint = 4;
      return list.reader.apply(from, batch);
    },
  };
  const outcome = await applyCarried(raced, feed, at(1, 2, 3, 4, 5, 6));
  expect(outcome).toMatchObject({ position: 6, fromBatch: 2, end: { kind: 'reached' } });
  expect(list.batches).toEqual([[5, 6]]);
});

test('a failure tells how far the reader came before it', async () => {
  const list = createListReader();
  const broken: Reader = {
    ...list.reader,
    apply: (from, batch) =>
      from >= 4 ? Promise.reject(new Error('the database is away')) : list.reader.apply(from, batch),
  };
  const outcome = await applyCarried(broken, feed, at(1, 2, 3, 4, 5, 6), { batchLimit: 2 });
  expect(outcome).toMatchObject({ position: 4, target: 6, fromBatch: 4 });
  expect(outcome.end).toEqual({ kind: 'failed', error: new Error('the database is away') });
});

test('a journal that lacks what the stream carries is a failure that names the position', async () => {
  const list = createListReader();
  const outcome = await applyCarried(
    list.reader,
    { read: () => Promise.resolve([]) },
    at(3).map((event) => ({ ...event, position: 3 })),
  );
  expect(outcome.end).toEqual({
    kind: 'failed',
    error: new Error('the journal has no event at position 1, the stream carries later ones'),
  });
});

test.each([
  ['between what it carried and what follows', [3, 4]],
  ['in the middle of what follows', [2, 4]],
])('a journal with a gap %s moves no reader over it', async (_where, positions) => {
  const list = createListReader();
  const outcome = await applyCarried(
    list.reader,
    { read: () => Promise.resolve(at(...positions)) },
    at(1, 4),
  );
  expect(outcome).toMatchObject({ position: 0, fromBatch: 0, fromJournal: 0, end: { kind: 'failed' } });
  expect(list.batches).toEqual([]);
});

test.each([1, 2, 9, 20])(
  'an event that the reader cannot take, at %i of 20, stops nothing before it, and the failure says where it stands',
  async (poison) => {
    const list = createListReader();
    const reader: Reader = {
      ...list.reader,
      apply: (from, batch) =>
        batch.some(({ position }) => position === poison)
          ? Promise.reject(new Error('poison'))
          : list.reader.apply(from, batch),
    };
    const outcome = await applyCarried(reader, feed, events);
    expect(outcome).toMatchObject({
      position: poison - 1,
      target: 20,
      end: { kind: 'failed', error: new Error('poison') },
    });
    expect(list.batches.flat()).toEqual(events.map(({ position }) => position).slice(0, poison - 1));
  },
);
