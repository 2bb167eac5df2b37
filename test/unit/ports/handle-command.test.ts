import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { accept, eventCodec, operatorTenant, refuse } from '../../../src/core/kernel';
import {
  type Aggregate,
  type Append,
  type Journal,
  JournalUnavailable,
  type Tail,
  VersionConflict,
  createCommandQueue,
  handleCommand,
  handleCreation,
  toStream,
} from '../../../src/core/ports';

interface Counted {
  readonly type: 'Counted';
}
const codec = eventCodec<Counted>({ Counted: [] });
const counter: Aggregate<number, Counted> = {
  decider: { initial: 0, evolve: (state) => state + 1 },
  codec,
};
const stream = 'counter-1';
const metadata = { actor: 'test', correlationId: 'c1' };

let reads: number;
let journal: Journal;

beforeEach(async () => {
  const memory = createMemoryJournal({ clock: () => 1 });
  reads = 0;
  journal = {
    ...memory,
    readStream: (...asked) => {
      reads += 1;
      return memory.readStream(...asked);
    },
  };
  const events = [codec.encode({ type: 'Counted' })];
  await memory.append(toStream({ tenant: operatorTenant, stream, expectedVersion: 0, events, metadata }));
});

const handle = (
  loaded: { state: number; version: number },
  decide: (state: number) => 'count' | 'refuse' | 'rest',
) =>
  handleCommand<number, Counted, 'refused'>(
    journal,
    counter,
    stream,
    (state) => {
      const wish = decide(state);
      if (wish === 'refuse') return refuse('refused', `The counter is at ${String(state)}.`);
      return accept(wish === 'count' ? [{ type: 'Counted' }] : []);
    },
    { tenant: operatorTenant, metadata, loaded },
  );

test('events decided on what the caller has read are appended without another read', async () => {
  const handled = await handle({ state: 1, version: 1 }, () => 'count');
  expect(handled).toMatchObject({ kind: 'done', state: 2, version: 2 });
  expect(reads).toBe(0);
});

test('what the caller has read and others have changed is read again', async () => {
  const handled = await handle({ state: 0, version: 0 }, () => 'count');
  expect(handled).toMatchObject({ kind: 'done', state: 2, version: 2 });
  expect(reads).toBe(1);
});

test('a refusal on old facts is decided again on the present ones', async () => {
  const handled = await handle({ state: 0, version: 0 }, (state) => (state === 0 ? 'refuse' : 'count'));
  expect(handled).toMatchObject({ kind: 'done', version: 2 });
});

test('nothing to do on old facts is decided again on the present ones', async () => {
  const handled = await handle({ state: 0, version: 0 }, (state) => (state === 0 ? 'rest' : 'count'));
  expect(handled).toMatchObject({ kind: 'done', version: 2 });
});

describe('where others are faster', () => {
  /** Just before each of the first `times` appends, somebody else writes to the stream. */
  function overtaken(times: number): Journal {
    let version = 1;
    return {
      ...journal,
      async append(append) {
        if (version <= times) {
          const events = [codec.encode({ type: 'Counted' })];
          await journal.append(
            toStream({
              tenant: operatorTenant,
              stream,
              expectedVersion: version,
              events,
              metadata,
            }),
          );
          version += 1;
        }
        return journal.append(append);
      },
    };
  }
  const count = (among: Journal) =>
    handleCommand<number, Counted, never>(among, counter, stream, () => accept([{ type: 'Counted' }]), {
      tenant: operatorTenant,
      metadata,
    });

  test.each([1, 2, 7])(
    'a command that was overtaken %i times is decided again on what is true now',
    async (times) => {
      expect(await count(overtaken(times))).toMatchObject({
        kind: 'done',
        state: times + 2,
        version: times + 2,
      });
    },
  );

  test('after eight tries it is given up, and nothing is written', async () => {
    await expect(count(overtaken(8))).rejects.toThrow(VersionConflict);
    expect(await journal.readStream(operatorTenant, stream)).toHaveLength(9);
  });

  test('it waits between the tries, and neither before the first nor after the last', async () => {
    const waits: number[] = [];
    const commands = createCommandQueue({
      pause(tries) {
        waits.push(tries);
        return Promise.resolve();
      },
    });
    await expect(count({ ...overtaken(8), commands })).rejects.toThrow(VersionConflict);
    expect(waits).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

test('a request that was accepted elsewhere while it was decided here gets that answer, not a refusal', async () => {
  const key = { keyHash: Buffer.alloc(16, 1), requestHash: Buffer.alloc(16, 2) };
  const answer = { status: 201, body: 'counted' };
  const elsewhere: Journal = {
    ...journal,
    async readStream(...asked) {
      // Between the look for an answer and the load, another process accepts the very same request.
      await journal.append(
        toStream({
          tenant: operatorTenant,
          stream,
          expectedVersion: 1,
          events: [codec.encode({ type: 'Counted' })],
          metadata,
          idempotency: { ...key, answer },
        }),
      );
      return journal.readStream(...asked);
    },
  };
  const handled = await handleCommand<number, Counted, 'refused'>(
    elsewhere,
    counter,
    stream,
    (state) => (state > 1 ? refuse('refused', 'The counter ends at 2.') : accept([{ type: 'Counted' }])),
    { tenant: operatorTenant, metadata, idempotency: { ...key, answer: () => answer } },
  );
  expect(handled).toEqual({ kind: 'replayed', answer });
});

test('a creation that was accepted before gets its answer, not the refusal that the same request would get now', async () => {
  const key = { keyHash: Buffer.alloc(16, 1), requestHash: Buffer.alloc(16, 2) };
  const answer = { status: 201, body: 'counted' };
  let lookups = 0;
  const counting: Journal = {
    ...journal,
    findAnswer(request) {
      lookups += 1;
      return journal.findAnswer(request);
    },
  };
  const create = (begun: string, isAllowed: boolean, keyHash = key.keyHash) =>
    handleCreation<number, Counted, 'refused'>(
      counting,
      counter,
      begun,
      () => (isAllowed ? accept([{ type: 'Counted' }]) : refuse('refused', 'The limit is lower now.')),
      { tenant: operatorTenant, metadata, idempotency: { ...key, keyHash, answer: () => answer } },
    );
  expect(await create('counter-2', true)).toMatchObject({ kind: 'done' });
  expect(lookups).toBe(0);
  expect(await create('counter-3', false)).toEqual({ kind: 'replayed', answer });
  expect(await create('counter-4', false, Buffer.alloc(16, 3))).toMatchObject({ kind: 'refused' });
});

describe('many commands at once on one stream', () => {
  /** Each takes one of what there is. */
  const takeOf = (limit: number, among = journal) =>
    handleCommand<number, Counted, 'refused'>(
      among,
      counter,
      stream,
      (state) =>
        state < limit ? accept([{ type: 'Counted' }]) : refuse('refused', `${String(state)} are taken.`),
      { tenant: operatorTenant, metadata },
    );
  const kindsOf = (handled: readonly { readonly kind: string }[]) => handled.map(({ kind }) => kind);

  test('all are decided on one read', async () => {
    expect(kindsOf(await Promise.all(Array.from({ length: 40 }, () => takeOf(100))))).toEqual(
      Array.from({ length: 40 }, () => 'done'),
    );
    expect(reads).toBe(1);
  });

  test('all that fit are accepted, and the others are refused', async () => {
    const handled = await Promise.all(Array.from({ length: 40 }, () => takeOf(31)));
    expect(kindsOf(handled)).toEqual([
      ...Array.from({ length: 30 }, () => 'done'),
      ...Array.from({ length: 10 }, () => 'refused'),
    ]);
    expect(handled.slice(0, 30).map((each) => each.kind === 'done' && each.version)).toEqual(
      Array.from({ length: 30 }, (_, n) => n + 2),
    );
  });

  test('they do not wait for each other’s commits', async () => {
    let submitted = 0;
    let commit: () => void = () => undefined;
    const committing = new Promise<void>((resolve) => (commit = resolve));
    const slow: Journal = {
      ...journal,
      async append(append) {
        submitted += 1;
        await committing;
        return journal.append(append);
      },
    };
    const handling = Promise.all(Array.from({ length: 10 }, () => takeOf(100, slow)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(submitted).toBe(10);
    commit();
    expect(kindsOf(await handling)).toEqual(Array.from({ length: 10 }, () => 'done'));
  });

  test('no refusal is answered that rests on an append that is not written', async () => {
    let isFirst = true;
    const failing: Journal = {
      ...journal,
      append(append) {
        if (!isFirst) return journal.append(append);
        isFirst = false;
        return Promise.reject(new JournalUnavailable('the database is away'));
      },
    };
    const handled = await Promise.allSettled(Array.from({ length: 3 }, () => takeOf(2, failing)));
    expect(handled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(handled[1]).toMatchObject({ value: { kind: 'done', version: 2 } });
    expect(handled[2]).toMatchObject({ value: { kind: 'refused' } });
  });

  test('another process that wrote one event instead does not make the second of two fit', async () => {
    // The first command's append is overtaken; the version that the second one expects exists, with another history.
    let isFirst = true;
    const overtaken: Journal = {
      ...journal,
      async append(append) {
        if (isFirst) {
          isFirst = false;
          const events = [codec.encode({ type: 'Counted' })];
          await journal.append(
            toStream({ tenant: operatorTenant, stream, expectedVersion: 1, events, metadata }),
          );
        }
        return journal.append(append);
      },
    };
    const handled = await Promise.all([takeOf(3, overtaken), takeOf(3, overtaken)]);
    expect(kindsOf(handled).sort()).toEqual(['done', 'refused']);
    expect(await journal.readStream(operatorTenant, stream)).toHaveLength(3);
  });
});

test('an append that was decided on one that fails meanwhile names it all the same, and so is not written', async () => {
  const seen: number[] = [];
  const appends: Append[] = [];
  let begin: () => void = () => undefined;
  const failing = new Promise<void>((resolve) => (begin = resolve));
  let tailOfSecond: Tail | null = null;
  const watched: Journal = {
    ...journal,
    commands: {
      ...journal.commands,
      inTurn: (place, work) =>
        journal.commands.inTurn(place, (turn) => {
          tailOfSecond ??= turn.tail;
          return work(turn);
        }),
    },
    async append(append) {
      appends.push(append);
      if (appends.length > 1) return journal.append(append);
      await failing;
      // Another process was faster, by one event: the version that the second append expects exists.
      const events = [codec.encode({ type: 'Counted' })];
      await journal.append(
        toStream({ tenant: operatorTenant, stream, expectedVersion: 1, events, metadata }),
      );
      return { kind: 'conflict' };
    },
  };
  const count = (decided: (state: number) => void) =>
    handleCommand<number, Counted, never>(
      watched,
      counter,
      stream,
      (state) => {
        decided(state);
        return accept([{ type: 'Counted' }]);
      },
      { tenant: operatorTenant, metadata },
    );
  const first = count(() => undefined);
  const second = count((state) => {
    seen.push(state);
    // The first append is known to have failed before the second one is submitted.
    if (seen.length === 1 && tailOfSecond !== null) tailOfSecond.isWritten = false;
    begin();
  });
  await Promise.all([first, second]);
  expect(appends[1]?.after).toBe(appends[0]?.token);
  expect(seen[0]).toBe(2);
  expect(seen.length).toBeGreaterThan(1);
  expect(await journal.readStream(operatorTenant, stream)).toHaveLength(4);
});

describe('events that a guarded balance does not allow', () => {
  const balance = 'stock';
  const spend = { type: 'Counted' } as const;
  const guarded = createMemoryJournal({
    clock: () => 1,
    effectsOf: ({ type, stream: of }) =>
      type === 'Counted' ? [{ balance, deltaMinor: of === 'filling' ? 10n : -1n, floorMinor: 0n }] : [],
  });
  const spendFrom = (shop: string, mayRefuse: boolean) =>
    handleCommand<number, Counted, 'sold_out'>(
      guarded,
      counter,
      shop,
      () => accept([spend]),
      { tenant: operatorTenant, metadata },
      mayRefuse
        ? ({ availableMinor }) => ({ code: 'sold_out', message: `${String(availableMinor)} are left.` })
        : undefined,
    );

  test('are refused in the words of the context, and what was decided on them is decided again', async () => {
    const fill = toStream({
      tenant: operatorTenant,
      stream: 'filling',
      expectedVersion: 0,
      events: [codec.encode(spend)],
      metadata,
    });
    await guarded.append(fill);
    const handled = await Promise.all(Array.from({ length: 30 }, () => spendFrom('shop-1', true)));
    expect(handled.filter(({ kind }) => kind === 'done')).toHaveLength(10);
    for (const each of handled)
      if (each.kind !== 'done')
        expect(each).toMatchObject({ kind: 'refused', refusal: { message: '0 are left.' } });
    expect(await guarded.readBalance(operatorTenant, balance)).toBe(0n);
  });

  test('are a bug where the context has no refusal for them', async () => {
    await expect(spendFrom('shop-2', false)).rejects.toThrow('shop-2 has a refusal for what stock');
  });
});
