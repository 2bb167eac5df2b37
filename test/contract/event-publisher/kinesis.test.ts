import type { Emulator } from '../../support/aws/emulator-process';
import { startKinesalite } from '../../support/aws/emulators';
import { startFaultyKinesis, type FaultyKinesis } from '../../support/aws/faulty-kinesis';
import { EventsNotPublished } from '../../../src/core/ports';
import { eventOfRecord } from '../../../src/adapters/aws/kinesis/event-record';
import { eventPublisherContract } from './event-publisher.contract';
import { openKinesis, type KinesisUnderTest } from './kinesis-under-test';
import { eventsOf, positionsByStream } from './published-events';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startKinesalite();
});
afterAll(() => emulator.stop());

eventPublisherContract('Kinesis', () => openKinesis(emulator));

/** The same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test('the longest name of a stream is no reason to refuse its events', async () => {
  const under = await openKinesis(emulator);
  try {
    // Stripe's ids have up to 255 characters.
    const stream = `psp-notice-stripe-evt_${'a'.repeat(251)}`;
    const events = eventsOf(3, 1).map((event) => ({ ...event, stream }));
    await under.publisher.publish(events);
    expect(positionsByStream(await under.arrived())).toEqual(positionsByStream(events));
  } finally {
    await under.close();
  }
});

describe('Kinesis publisher against faults', () => {
  let kinesis: FaultyKinesis;
  let under: KinesisUnderTest;
  const quick = { random: () => 0, publishTimeoutMs: 15_000 };

  beforeEach(async () => {
    kinesis = await startFaultyKinesis(emulator);
    under = await openKinesis(kinesis, quick);
  });
  afterEach(async () => {
    await under.close();
    await kinesis.stop();
  });

  test('sends again only what was refused, and nothing overtakes it in its stream', async () => {
    const events = eventsOf(6, 2);
    let requests = 0;
    kinesis.plan(() => {
      requests += 1;
      return requests === 1 ? { kind: 'refuse', indexes: new Set([0]) } : { kind: 'none' };
    });
    await under.publisher.publish(events);
    const arrived = await under.arrived();
    // Each arrived once: the five that were taken at the first try were not sent again.
    expect(arrived).toHaveLength(6);
    expect(positionsByStream(arrived)).toEqual(positionsByStream(events));
  });

  test('keeps every stream in order while every second record is refused at random', async () => {
    const draw = seeded(7);
    kinesis.plan(({ Records }) => ({
      kind: 'refuse',
      indexes: new Set(Records.flatMap((_, index) => (draw() < 0.5 ? [index] : []))),
    }));
    const events = eventsOf(400, 60);
    await Promise.all([
      under.publisher.publish(events.slice(0, 150)),
      under.publisher.publish(events.slice(150, 400)),
    ]);
    const arrived = await under.arrived();
    expect(arrived).toHaveLength(400);
    expect(positionsByStream(arrived)).toEqual(positionsByStream(events));
  });

  test('a request that fails as a whole is sent again: throttled, broken, and without an answer', async () => {
    const hasty = await openKinesis(kinesis, { ...quick, publishTimeoutMs: 3_000 });
    const faults = [
      { kind: 'error', status: 400, type: 'ProvisionedThroughputExceededException' },
      { kind: 'error', status: 500, type: 'InternalFailure' },
      { kind: 'silence' },
    ] as const;
    let requests = 0;
    kinesis.plan(() => faults[requests++] ?? { kind: 'none' });
    const events = eventsOf(4, 4);
    await hasty.publisher.publish(events);
    expect(requests).toBe(4);
    // What was taken without an answer came twice: at least once is the promise.
    const arrived = await hasty.arrived();
    expect(arrived).toHaveLength(8);
    expect(positionsByStream(arrived)).toEqual(positionsByStream(events));
    await hasty.close();
  });

  test('throws within its time, names the lowest position, and can be asked again', async () => {
    const hasty = await openKinesis(kinesis, { ...quick, publishTimeoutMs: 600 });
    kinesis.plan(({ Records }) => ({
      kind: 'refuse',
      indexes: new Set(
        Records.flatMap(({ PartitionKey }, index) => (PartitionKey === 'charge-1' ? [index] : [])),
      ),
    }));
    const events = eventsOf(4, 2);
    const failure: unknown = await hasty.publisher.publish(events).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EventsNotPublished);
    expect(failure).toMatchObject({
      position: 2,
      cause: { message: expect.stringMatching(/Rate exceeded/) as string },
    });
    kinesis.plan(() => ({ kind: 'none' }));
    await hasty.publisher.publish(events);
    expect(positionsByStream(await hasty.arrived())).toEqual(positionsByStream(events));
    await hasty.close();
  });

  test('does not try again what can never pass', async () => {
    kinesis.plan(() => ({ kind: 'error', status: 400, type: 'ResourceNotFoundException' }));
    await expect(under.publisher.publish(eventsOf(2, 1))).rejects.toMatchObject({
      name: 'EventsNotPublished',
      position: 1,
      cause: { name: 'ResourceNotFoundException' },
    });
    expect(kinesis.requests()).toHaveLength(1);
  });

  test('refuses an event that is larger than a record, and sends none of the call', async () => {
    const [small, large] = eventsOf(2, 2);
    const data = { text: 'x'.repeat(1024 * 1024) };
    const events = [small, large && { ...large, data }].flatMap((event) => event ?? []);
    await expect(under.publisher.publish(events)).rejects.toMatchObject({
      position: 2,
      message: expect.stringMatching(/position 2 .* takes 1048576$/) as string,
    });
    expect(kinesis.requests()).toEqual([]);
  });

  test('sends large events in requests of at most 5 MiB', async () => {
    const data = { text: 'x'.repeat(900 * 1024) };
    const patient = await openKinesis(kinesis, { ...quick, publishTimeoutMs: 50_000 });
    await patient.publisher.publish(eventsOf(6, 6).map((event) => ({ ...event, data })));
    expect([...kinesis.requests()].sort()).toEqual([1, 5]);
    expect(await patient.arrived()).toHaveLength(6);
    await patient.close();
  });

  test('holds no more than it may, and no more requests under way than it may', async () => {
    const narrow = await openKinesis(kinesis, { ...quick, requestsInFlight: 2, largestHeldCount: 50 });
    const events = eventsOf(500, 500);
    await narrow.publisher.publish(events);
    expect(Math.max(...kinesis.requests())).toBeLessThanOrEqual(50);
    expect(kinesis.mostInFlight()).toBeLessThanOrEqual(2);
    expect(await narrow.arrived()).toHaveLength(500);
    await narrow.close();
  });
});

describe('a record of the stream', () => {
  test.each([
    ['no JSON', 'hello', /not JSON/],
    ['no text', Buffer.from([0xff, 0xfe]), /not JSON in UTF-8/],
    ['a list', '[]', /no object/],
    [
      'an event without a position',
      JSON.stringify({ ...eventsOf(1, 1)[0], position: undefined }),
      /position/,
    ],
    ['an event with a position of 0', JSON.stringify({ ...eventsOf(1, 1)[0], position: 0 }), /position/],
    ['an event whose data is a text', JSON.stringify({ ...eventsOf(1, 1)[0], data: 'x' }), /data/],
  ])('that is %s is malformed, and says why', (_, data, cause) => {
    expect(eventOfRecord(Buffer.from(data))).toEqual({
      kind: 'malformed',
      cause: expect.stringMatching(cause) as string,
    });
  });
});
