import { createHash } from 'node:crypto';
import { operatorTenant, parseTenant, type TenantId } from '../../../src/core/kernel';
import {
  type Append,
  type Feed,
  type Journal,
  type RecordedEvent,
  toStream,
  type GuardedBalances,
} from '../../../src/core/ports';

/** A journal under test. `another` opens a second writer on the same records, as another process would. */
export interface JournalUnderTest {
  readonly journal: Journal & Feed & GuardedBalances;
  another(): Promise<Journal & Feed>;
  close(): Promise<void>;
}

const tenant = operatorTenant;
let sequence = 0;
const newStream = () => `test-${String((sequence += 1))}-${String(process.pid)}`;
const hash = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16);

const appendTo = (stream: string, expectedVersion: number, count = 1, more: Partial<Append> = {}): Append =>
  toStream({
    tenant,
    stream,
    expectedVersion,
    events: Array.from({ length: count }, (_, n) => ({
      type: 'Tested',
      schemaVersion: 1,
      data: { n: expectedVersion + n + 1, text: 'ü "quoted" \\ 🙂' },
    })),
    metadata: { actor: 'test', correlationId: 'c1' },
    ...more,
  });

const keyed = (key: string, body = 'request', answer = '{"answer":1}') => ({
  idempotency: { keyHash: hash(key), requestHash: hash(body), answer: { status: 201, body: answer } },
});

async function readAll(feed: Feed): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for (;;) {
    const events = await feed.read(all.at(-1)?.position ?? 0, 500);
    if (events.length === 0) return all;
    all.push(...events);
  }
}

/** What every journal does, whatever it stands on. */
export function journalContract(name: string, open: () => Promise<JournalUnderTest>): void {
  describe(`journal contract: ${name}`, () => {
    let under: JournalUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test.each([
      ['half a character', 'x\ud800'],
      ['NUL', 'x\0'],
      ['10,000 characters', 'x'.repeat(10_000)],
      ['nothing', ''],
    ])('an append whose names hold %s is a bug, and writes nothing', async (_what, name) => {
      const head = await under.journal.head();
      const sound = newStream();
      const neighbour = under.journal.append(appendTo(sound, 0));
      for (const append of [
        appendTo(`${name === '' ? '' : newStream()}${name}`, 0),
        appendTo(newStream(), 0, 1, { tenant: name as TenantId }),
        ...(['actor', 'correlationId', 'causationId', 'requestId'] as const).map((field) =>
          appendTo(newStream(), 0, 1, { metadata: { actor: 'test', correlationId: 'c1', [field]: name } }),
        ),
      ])
        await expect(under.journal.append(append)).rejects.toThrow('can be stored and indexed');
      expect(await neighbour).toMatchObject({ kind: 'appended' });
      expect(await under.journal.head()).toBe(head + 1);
    });

    test('keeps events as they were given, in version order', async () => {
      const stream = newStream();
      const before = await under.journal.head();
      const first = await under.journal.append(appendTo(stream, 0, 2));
      expect(first).toMatchObject({ kind: 'appended', versions: [2], position: before + 2 });
      expect(await under.journal.append(appendTo(stream, 2))).toMatchObject({
        kind: 'appended',
        versions: [3],
        position: before + 3,
      });
      const events = await under.journal.readStream(tenant, stream);
      expect(events.map((event) => [event.version, event.position, event.data.n])).toEqual([
        [1, before + 1, 1],
        [2, before + 2, 2],
        [3, before + 3, 3],
      ]);
      expect(events[0]).toMatchObject({
        tenant,
        stream,
        type: 'Tested',
        schemaVersion: 1,
        data: { n: 1, text: 'ü "quoted" \\ 🙂' },
        metadata: { actor: 'test', correlationId: 'c1' },
      });
      expect(Math.abs((events[0]?.recordedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    test('a stream that nobody wrote, or that is another tenant’s, is empty', async () => {
      const stream = newStream();
      await under.journal.append(appendTo(stream, 0));
      expect(await under.journal.readStream(tenant, newStream())).toEqual([]);
      const stranger = parseTenant('mer_00000000000000000000000000_test') as TenantId;
      expect(await under.journal.readStream(stranger, stream)).toEqual([]);
    });

    test('an append on an old version is a conflict and writes nothing', async () => {
      const stream = newStream();
      await under.journal.append(appendTo(stream, 0));
      const head = await under.journal.head();
      for (const expected of [0, 2, 7])
        expect(await under.journal.append(appendTo(stream, expected))).toEqual({ kind: 'conflict' });
      expect(await under.journal.head()).toBe(head);
    });

    test('of many appends on one version exactly one wins', async () => {
      const stream = newStream();
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => under.journal.append(appendTo(stream, 0))),
      );
      expect(outcomes.filter((outcome) => outcome.kind === 'appended')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome.kind === 'conflict')).toHaveLength(49);
      expect(await under.journal.readStream(tenant, stream)).toHaveLength(1);
    });

    test('a conflict or a replay never fails its neighbours', async () => {
      const taken = newStream();
      await under.journal.append(appendTo(taken, 0, 1, keyed(`key-${taken}`)));
      const streams = Array.from({ length: 20 }, newStream);
      const outcomes = await Promise.all([
        under.journal.append(appendTo(taken, 0)),
        ...streams.slice(0, 10).map((stream) => under.journal.append(appendTo(stream, 0, 2))),
        under.journal.append(appendTo(newStream(), 0, 1, keyed(`key-${taken}`))),
        ...streams
          .slice(10)
          .map((stream) => under.journal.append(appendTo(stream, 0, 2, keyed(`key-${stream}`)))),
      ]);
      expect(outcomes[0]).toEqual({ kind: 'conflict' });
      expect(outcomes[11]).toEqual({ kind: 'replayed', answer: { status: 201, body: '{"answer":1}' } });
      const rest = outcomes.filter((_, index) => index !== 0 && index !== 11);
      expect(rest.every((outcome) => outcome.kind === 'appended')).toBe(true);
      for (const stream of streams) {
        expect((await under.journal.readStream(tenant, stream)).map((event) => event.version)).toEqual([
          1, 2,
        ]);
      }
    });

    test('a known key gives the first answer, for another request a refusal, and writes nothing', async () => {
      const [first, second] = [newStream(), newStream()];
      const key = `key-${first}`;
      expect(await under.journal.findAnswer({ keyHash: hash(key), requestHash: hash('request') })).toBeNull();
      await under.journal.append(appendTo(first, 0, 1, keyed(key)));
      const head = await under.journal.head();
      const again = await under.journal.append(appendTo(second, 0, 1, keyed(key, 'request', '{"answer":2}')));
      expect(again).toEqual({ kind: 'replayed', answer: { status: 201, body: '{"answer":1}' } });
      expect(await under.journal.append(appendTo(second, 0, 1, keyed(key, 'other')))).toEqual({
        kind: 'key_reused',
      });
      expect(await under.journal.findAnswer({ keyHash: hash(key), requestHash: hash('request') })).toEqual(
        again,
      );
      expect(await under.journal.findAnswer({ keyHash: hash(key), requestHash: hash('other') })).toEqual({
        kind: 'key_reused',
      });
      expect(await under.journal.head()).toBe(head);
      expect(await under.journal.readStream(tenant, second)).toEqual([]);
    });

    test('one key 100 times in parallel through two writers makes one stream', async () => {
      const other = await under.another();
      const key = newStream();
      const streams = Array.from({ length: 100 }, newStream);
      const outcomes = await Promise.all(
        streams.map((stream, n) =>
          (n % 2 === 0 ? under.journal : other).append(
            appendTo(stream, 0, 1, keyed(key, 'request', `{"n":${String(n)}}`)),
          ),
        ),
      );
      const written = outcomes.flatMap((outcome, n) => (outcome.kind === 'appended' ? [n] : []));
      expect(written).toHaveLength(1);
      const answer = { status: 201, body: `{"n":${String(written[0])}}` };
      for (const outcome of outcomes)
        if (outcome.kind !== 'appended') expect(outcome).toEqual({ kind: 'replayed', answer });
    });

    test('a commit wakes subscribers until they leave', async () => {
      let wakes = 0;
      let woken: () => void = () => undefined;
      const leave = under.journal.subscribe(() => {
        wakes += 1;
        woken();
      });
      const next = new Promise<void>((resolve) => (woken = resolve));
      await under.journal.append(appendTo(newStream(), 0));
      await next;
      leave();
      const seen = wakes;
      await under.journal.append(appendTo(newStream(), 0));
      await Promise.resolve();
      expect(wakes).toBe(seen);
    });

    test('16 writers and a reader: no gap, no loss, no reorder in a stream', async () => {
      const writers = await Promise.all(Array.from({ length: 4 }, () => under.another()));
      const start = await under.journal.head();
      const seen: RecordedEvent[] = [];
      const writing = new AbortController();
      const reading = (async () => {
        for (;;) {
          const finished = writing.signal.aborted;
          const events = await under.journal.read(seen.at(-1)?.position ?? start, 100);
          seen.push(...events);
          if (events.length === 0 && finished) return;
        }
      })();
      const contested = Array.from({ length: 5 }, newStream);
      const written = await Promise.all(
        Array.from({ length: 16 }, async (_, n) => {
          const writer = writers[n % 4] ?? under.journal;
          let accepted = 0;
          for (let round = 0; round < 60; round += 1) {
            const stream =
              round % 3 === 0 ? newStream() : (contested[(n + round) % contested.length] ?? newStream());
            const version = (await writer.readStream(tenant, stream)).length;
            const outcome = await writer.append(appendTo(stream, version, (round % 2) + 1));
            if (outcome.kind === 'appended') accepted += (round % 2) + 1;
          }
          return accepted;
        }),
      );
      writing.abort();
      await reading;
      expect(seen).toHaveLength(written.reduce((total, count) => total + count, 0));
      seen.forEach((event, index) => expect(event.position).toBe(start + index + 1));
      const versions = new Map<string, number>();
      for (const event of seen) {
        expect(event.version).toBe((versions.get(event.stream) ?? 0) + 1);
        versions.set(event.stream, event.version);
      }
      expect((await readAll(under.journal)).slice(start)).toEqual(seen);
    });
  });
}
