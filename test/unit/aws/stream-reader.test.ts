import { eventOfRecord } from '../../../src/adapters/aws/kinesis/event-record';
import type { KinesisStreamEvent } from 'aws-lambda';
import { recordOfEvent } from '../../../src/adapters/aws/kinesis/event-record';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createStreamReader } from '../../../src/runtime/stream-reader';
import { operatorTenant, parseTraceParent } from '../../../src/core/kernel';
import {
  type FileStore,
  FilesUnavailable,
  type Reader,
  type RecordedEvent,
  toStream,
} from '../../../src/core/ports';

const count = 10;
const trace = parseTraceParent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
const enoughTime = { getRemainingTimeInMillis: () => 60_000 };

let events: readonly RecordedEvent[];
let state: { checkpoint: number; isAway: boolean; isJournalAway: boolean };
let parked: Map<string, Record<string, unknown>>;
let parkingIsAway: boolean;
let lines: object[];
let lags: object[];
let handle: ReturnType<typeof createStreamReader>;

beforeEach(async () => {
  const journal = createMemoryJournal({ clock: () => 1 });
  await journal.append(
    toStream({
      tenant: operatorTenant,
      stream: 'test-1',
      expectedVersion: 0,
      events: Array.from({ length: count }, () => ({ type: 'Tested', schemaVersion: 1, data: {} })),
      metadata: { actor: 'test', correlationId: 'c1', ...(trace === null ? {} : { trace }) },
    }),
  );
  events = await journal.read(0, 100);
  state = { checkpoint: 0, isAway: false, isJournalAway: false };
  parked = new Map();
  parkingIsAway = false;
  const reader: Reader = {
    name: 'list',
    checkpoint: () => Promise.resolve(state.checkpoint),
    apply(from, batch) {
      if (state.isAway) return Promise.reject(new Error('the database is away'));
      if (from !== state.checkpoint) return Promise.resolve('moved');
      state.checkpoint = batch.at(-1)?.position ?? from;
      return Promise.resolve('applied');
    },
  };
  const parking: Pick<FileStore, 'put'> = {
    put(name, content) {
      if (parkingIsAway) return Promise.reject(new FilesUnavailable('away'));
      parked.set(name, JSON.parse(Buffer.from(content).toString()) as Record<string, unknown>);
      return Promise.resolve();
    },
  };
  lines = [];
  const line = (facts: object) => void lines.push(facts);
  const log = { info: line, warn: line, error: line };
  lags = [];
  handle = createStreamReader({
    eventOf: eventOfRecord,
    reader,
    feed: {
      read: (after, limit) => journal.read(after, limit),
      head: () => (state.isJournalAway ? Promise.reject(new Error('the journal is away')) : journal.head()),
    },
    parking,
    log,
    counts: { record: (name, value = 1) => void lags.push({ [name]: value }) },
    traced: (_name, _facts, work) => work(),
    clock: () => 4_001,
  });
});

const eventOf = (...datas: readonly (Uint8Array | string)[]): KinesisStreamEvent => ({
  Records: datas.map((data, index) => ({
    awsRegion: 'eu-central-1',
    eventID: `shardId-000000000000:${String(index + 1)}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:eu-central-1:000000000000:stream/journal',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/reader',
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'test-1',
      sequenceNumber: String(index + 1),
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: 1,
    },
  })),
});

const at = (position: number): Uint8Array => {
  const event = events[position - 1];
  if (event === undefined) throw new Error(`no event at ${String(position)}`);
  return recordOfEvent(event).data;
};

test('what a shard delivers takes effect, gaps and repetitions included', async () => {
  expect(await handle(eventOf(at(2), at(6), at(2)), enoughTime)).toEqual({ batchItemFailures: [] });
  expect(state.checkpoint).toBe(6);
});

test('a record that cannot be read is parked with its cause and bytes, and holds up nothing', async () => {
  expect(await handle(eventOf(at(1), 'no event', at(3)), enoughTime)).toEqual({ batchItemFailures: [] });
  // What was lost with it is read from the journal, up to its head.
  expect(state.checkpoint).toBe(count);
  expect(parked.get('stream/list/shardId-000000000000/2.json')).toMatchObject({
    reader: 'list',
    cause: 'the record is no event: it is not JSON in UTF-8',
    data: Buffer.from('no event').toString('base64'),
  });
});

test('an event that would come next, and that the journal does not have, has no effect', async () => {
  // As after a restore to an earlier moment: the stream still carries what was lost.
  state.checkpoint = count;
  const lost = JSON.stringify({ ...JSON.parse(Buffer.from(at(3)).toString()), position: count + 1 });
  expect(await handle(eventOf(lost), enoughTime)).toEqual({ batchItemFailures: [] });
  expect(state.checkpoint).toBe(count);
  expect(parked.size).toBe(1);
});

test('an event that claims a place beyond the journal is parked too', async () => {
  const impossible = JSON.stringify({ ...JSON.parse(Buffer.from(at(3)).toString()), position: 999 });
  expect(await handle(eventOf(at(1), impossible, at(4)), enoughTime)).toEqual({ batchItemFailures: [] });
  expect(state.checkpoint).toBe(count);
  expect([...parked.values()]).toMatchObject([
    { cause: `position 999 lies beyond the journal's head, ${String(count)}` },
  ]);
});

test('a failure names the first record that did not take effect', async () => {
  state.checkpoint = 2;
  state.isAway = true;
  expect(await handle(eventOf(at(1), at(2), at(3), at(4)), enoughTime)).toEqual({
    batchItemFailures: [{ itemIdentifier: '3' }],
  });
});

test('a record that cannot be read is done when its reader has what it may have carried, and not before', async () => {
  state.isAway = true;
  for (const records of [['no event'], ['no event', at(3)]])
    expect(await handle(eventOf(...records), enoughTime)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });
  expect(state.checkpoint).toBe(0);
});

test.each([
  ['the newest of the journal', { isJournalAway: false }],
  ['beyond a journal that cannot be asked', { isJournalAway: true }],
])('an event that did not take effect and is %s is delivered again, and never parked', async (_, away) => {
  Object.assign(state, { isAway: true, ...away });
  expect(await handle(eventOf(at(count)), enoughTime)).toEqual({
    batchItemFailures: [{ itemIdentifier: '1' }],
  });
  expect([...parked.values()]).toEqual([]);
});

test('what cannot be parked is delivered again, the rest has taken effect', async () => {
  parkingIsAway = true;
  expect(await handle(eventOf(at(1), 'no event'), enoughTime)).toEqual({
    batchItemFailures: [{ itemIdentifier: '2' }],
  });
  expect(state.checkpoint).toBe(count);
});

test('without time nothing is begun, and all is delivered again', async () => {
  expect(await handle(eventOf(at(1), at(2)), { getRemainingTimeInMillis: () => 10 })).toEqual({
    batchItemFailures: [{ itemIdentifier: '1' }],
  });
  expect(state.checkpoint).toBe(0);
});

test('the log says whose requests took effect, and whose did not', async () => {
  await handle(eventOf(at(1), at(2)), enoughTime);
  expect(lines).toEqual([{ reader: 'list', position: 2, eventCount: 2, correlationIds: ['c1'] }]);
  state.isAway = true;
  await handle(eventOf(at(3)), enoughTime);
  expect(lines.at(-1)).toMatchObject({ reader: 'list', position: 2, correlationId: 'c1', trace });
});

test('how far the reader is behind is told with what it got, not with what it had, and with what it could not get', async () => {
  await handle(eventOf(at(1), at(2)), enoughTime);
  expect(lags).toEqual([{ EventLagSeconds: 4 }]);
  await handle(eventOf(at(1), at(2)), enoughTime);
  expect(lags).toHaveLength(1);
  state.isAway = true;
  await handle(eventOf(at(3)), enoughTime);
  expect(lags).toEqual([{ EventLagSeconds: 4 }, { EventLagSeconds: 4 }]);
});
