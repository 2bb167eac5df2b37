import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { operatorTenant } from '../../../src/core/kernel';
import { type Cache, CacheUnavailable, type Journal, toStream } from '../../../src/core/ports';
import { cachedAnswers } from '../../../src/runtime/cached-answers';

const hash = (text: string) => Buffer.from(text.padEnd(16, '.')).subarray(0, 16);
const request = { keyHash: hash('key'), requestHash: hash('request') };
const answer = { status: 201, body: '{"id":"ch_1"}' };

let kept: Map<string, string>;
let isAway: boolean;
let cache: Cache;
let journal: Journal;
let lookups: number;
let errors: unknown[];
let cached: Journal;

beforeEach(() => {
  kept = new Map();
  isAway = false;
  const answered = <Value>(value: () => Value): Promise<Value> =>
    isAway ? Promise.reject(new CacheUnavailable('away')) : Promise.resolve(value());
  cache = {
    get: (key) => answered(() => kept.get(key) ?? null),
    set: (key, value) => answered(() => void kept.set(key, value)),
    delete: (key) => answered(() => void kept.delete(key)),
  };
  journal = createMemoryJournal({ clock: () => 1 });
  lookups = 0;
  errors = [];
  cached = cachedAnswers(
    {
      ...journal,
      findAnswer: (asked) => {
        lookups += 1;
        return journal.findAnswer(asked);
      },
    },
    { cache, onError: (error) => errors.push(error) },
  );
});

const append = () =>
  cached.append(
    toStream({
      tenant: operatorTenant,
      stream: 'test-1',
      expectedVersion: 0,
      events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
      metadata: { actor: 'test', correlationId: 'c1' },
      idempotency: { ...request, answer },
    }),
  );

test('a request made again is answered without a look into the journal', async () => {
  expect(await cached.findAnswer(request)).toBeNull();
  await append();
  expect(await cached.findAnswer(request)).toEqual({ kind: 'replayed', answer });
  expect(lookups).toBe(1);
});

test('the same key with another request is told apart', async () => {
  await append();
  expect(await cached.findAnswer({ ...request, requestHash: hash('other') })).toEqual({ kind: 'key_reused' });
  expect(lookups).toBe(0);
});

test('what the cache has lost is requested from the journal, and kept again', async () => {
  await append();
  kept.clear();
  expect(await cached.findAnswer(request)).toEqual({ kind: 'replayed', answer });
  expect(await cached.findAnswer(request)).toEqual({ kind: 'replayed', answer });
  expect(lookups).toBe(1);
});

test('without the cache everything works, and it is reported', async () => {
  isAway = true;
  await append();
  expect(await cached.findAnswer(request)).toEqual({ kind: 'replayed', answer });
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.every((error) => error instanceof CacheUnavailable)).toBe(true);
});

test('a refused append leaves nothing in the cache', async () => {
  await append();
  kept.clear();
  expect(await append()).toEqual({ kind: 'replayed', answer });
  expect(kept.size).toBe(0);
});

test('what somebody else left under the key counts as nothing', async () => {
  await append();
  for (const key of kept.keys()) kept.set(key, 'not JSON');
  expect(await cached.findAnswer(request)).toEqual({ kind: 'replayed', answer });
  expect(errors).toHaveLength(1);
});
