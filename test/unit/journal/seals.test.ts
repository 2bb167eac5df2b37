import { sha256 } from '../../../src/adapters/postgres/sha256';
import { type Seal, seal, sealOrigin, verifySeals } from '../../../src/core/journal';
import type { RecordedEvent } from '../../../src/core/ports';
import { recordedEvents } from '../../support/recorded-events';

/** Seals the events in batches of these sizes. */
function sealed(events: readonly RecordedEvent[], sizes: readonly number[]): Seal[] {
  const seals: Seal[] = [];
  let from = 0;
  for (const size of sizes) {
    seals.push(seal(seals.at(-1)?.hash ?? sealOrigin, events.slice(from, from + size), sha256));
    from += size;
  }
  return seals;
}

const sources = (seals: readonly Seal[], events: readonly RecordedEvent[]) => ({
  trail: {
    seals: (after: number, limit: number) =>
      Promise.resolve(seals.filter((one) => one.firstPosition > after).slice(0, limit)),
  },
  feed: {
    read: (after: number, limit: number) =>
      Promise.resolve(events.filter((event) => event.position > after).slice(0, limit)),
  },
});

const verify = (seals: readonly Seal[], events: readonly RecordedEvent[]) =>
  verifySeals({ ...sources(seals, events), sha256 });

const events = recordedEvents(10);
const seals = sealed(events, [1, 4, 3]);

test('what was sealed verifies, and what is newer than the last seal is left for later', async () => {
  expect(await verify(seals, events)).toMatchObject({ sealCount: 3, sealedThrough: 8, fault: null });
  expect(await verify([], events)).toMatchObject({ sealCount: 0, sealedThrough: 0, fault: null });
});

test('more seals than a page are all looked at', async () => {
  const many = recordedEvents(250);
  const single = sealed(
    many,
    many.map(() => 1),
  );
  expect(await verify(single, many)).toMatchObject({ sealCount: 250, sealedThrough: 250, fault: null });
  const changed = many.with(230, { ...(many[230] as RecordedEvent), type: 'Changed' });
  expect((await verify(single, changed)).fault).toMatchObject({ place: { kind: 'event', position: 231 } });
});

test.each<Partial<RecordedEvent>>([
  { tenant: 'mer_x_test' as RecordedEvent['tenant'] },
  { stream: 'other' },
  { version: 2 },
  { type: 'Changed' },
  { schemaVersion: 2 },
  { data: { n: 6, more: true } },
  { metadata: { actor: 'somebody', correlationId: 'c' } },
  { recordedAt: 9 },
])('an altered event is located: %j', async (change) => {
  const altered = events.map((event) => (event.position === 6 ? { ...event, ...change } : event));
  expect((await verify(seals, altered)).fault).toMatchObject({
    place: { kind: 'event', position: 6 },
    field: 'digest',
  });
});

test('a missing event is located, in the middle of a seal and at its end', async () => {
  for (const position of [3, 8]) {
    const fewer = events.filter((event) => event.position !== position && event.position <= 8);
    expect((await verify(seals, fewer)).fault).toMatchObject({
      place: { kind: 'event', position },
      field: 'row',
      stored: 'missing',
    });
  }
});

test.each<Partial<Seal>>([
  { firstPosition: 3 },
  { lastPosition: 6 },
  { digests: '0'.repeat(64) },
  { previousHash: sealOrigin },
  { hash: sealOrigin },
  { partition: 2 },
])('an altered seal is located: %j', async (change) => {
  const altered = seals.map((one, index) => (index === 1 ? { ...one, ...change } : one));
  const { fault } = await verify(altered, events);
  expect(fault?.place).toEqual({ kind: 'seal', position: change.firstPosition ?? 2 });
});

test('an intruder who alters an event and seals it again is found by the seal after it', async () => {
  const altered = events.map((event) => (event.position === 3 ? { ...event, type: 'Changed' } : event));
  const [first, , third] = seals;
  if (first === undefined || third === undefined) throw new Error('there are three seals');
  const forged = seal(first.hash, altered.slice(1, 5), sha256);
  expect((await verify([first, forged, third], altered)).fault).toMatchObject({
    place: { kind: 'seal', position: 6 },
    field: 'previousHash',
    stored: third.previousHash,
    expected: forged.hash,
  });
});

test('a removed seal is located by the one after it', async () => {
  expect((await verify([seals[0] as Seal, seals[2] as Seal], events)).fault).toMatchObject({
    place: { kind: 'seal', position: 6 },
    field: 'firstPosition',
  });
});

test('stopped after every seal, and gone on with from there, it comes to the same', async () => {
  const inParts = async (of: readonly RecordedEvent[]) => {
    const options = { ...sources(seals, of), sha256, mayGoOn: () => false, pageLimit: 1 };
    let verdict = await verifySeals(options);
    let parts = 1;
    while (verdict.fault === null && !verdict.isComplete) {
      verdict = await verifySeals({ ...options, since: verdict });
      parts += 1;
    }
    return { ...verdict, parts };
  };
  expect(await inParts(events)).toEqual({ ...(await verify(seals, events)), parts: 3 });
  const altered = events.map((event) => (event.position === 8 ? { ...event, type: 'Changed' } : event));
  expect((await inParts(altered)).fault).toEqual((await verify(seals, altered)).fault);
});
