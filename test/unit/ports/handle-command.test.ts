import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { accept, eventCodec, operatorTenant, refuse } from '../../../src/core/kernel';
import {
  type Aggregate,
  type Journal,
  VersionConflict,
  createCommandQueue,
  handleCommand,
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
