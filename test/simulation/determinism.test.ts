import { simulate } from './simulation';

test('the same seed gives the same trace, whatever ran before', async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const first = await simulate({ seed });
    await simulate({ seed: seed + 1 });
    const second = await simulate({ seed });
    expect(second.traceHash).toBe(first.traceHash);
    expect(second.trace).toEqual(first.trace);
  }
});

test('different seeds give different traces', async () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 20; seed += 1) hashes.add((await simulate({ seed })).traceHash);
  expect(hashes.size).toBe(20);
});

test('neither the clock on the wall nor ambient chance has a part in a run', async () => {
  const { now } = Date;
  const { random } = Math;
  const { setTimeout: timer } = globalThis;
  const before = (await simulate({ seed: 5 })).traceHash;
  const forbidden = () => {
    throw new Error('a run asked for something that its seed does not decide');
  };
  Date.now = forbidden;
  Math.random = forbidden;
  globalThis.setTimeout = forbidden as unknown as typeof timer;
  try {
    expect((await simulate({ seed: 5 })).traceHash).toBe(before);
  } finally {
    Date.now = now;
    Math.random = random;
    globalThis.setTimeout = timer;
  }
});
