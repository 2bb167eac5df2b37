import { DeadLetter, RetryLater, type RetryPolicy, judgeFailure } from '../../../src/core/ports';

const retry: RetryPolicy = { maxAttempts: 10, baseDelayMs: 100, maxDelayMs: 1_000 };
const failed = (error: unknown, attempt = 1, random = 0.5) =>
  judgeFailure({ error, attempt, retry, random: () => random });

test.each([
  [1, 100],
  [2, 200],
  [4, 800],
  [5, 1_000],
  [9, 1_000],
])('after attempt %i the wait is drawn from up to %i ms, never from more', (attempt, ceilingMs) => {
  expect(failed(new Error('no'), attempt, 0)).toMatchObject({ kind: 'retry', delayMs: 0 });
  expect(failed(new Error('no'), attempt, 0.5)).toMatchObject({ kind: 'retry', delayMs: ceilingMs / 2 });
  expect(failed(new Error('no'), attempt, 0.999999)).toMatchObject({ kind: 'retry', delayMs: ceilingMs - 1 });
});

test('jobs that were all told the same wait come back spread behind it', () => {
  const told = new RetryLater('busy', 5_000);
  const delaysMs = [0, 0.25, 0.5].map((random) => failed(told, 3, random));
  expect(delaysMs).toMatchObject([{ delayMs: 5_000 }, { delayMs: 5_100 }, { delayMs: 5_200 }]);
});

test('the last attempt and a dead letter end a job, with the cause', () => {
  expect(failed(new RetryLater('busy', 5_000), 9)).toMatchObject({ kind: 'retry' });
  expect(failed(new RetryLater('busy', 5_000), 10)).toEqual({ kind: 'dead', cause: 'busy' });
  expect(failed(new DeadLetter('there is no such charge'), 1)).toEqual({
    kind: 'dead',
    cause: 'there is no such charge',
  });
});

test('a cause is short, holds no card number, and says something', () => {
  expect(failed(new Error('the PSP quoted 4242 4242 4242 4242')).cause).toBe(
    'the PSP quoted [card number removed]',
  );
  for (const length of [1_990, 1_997])
    expect(failed(new Error(`${'x'.repeat(length)}4242.4242.4242.4242`)).cause).not.toMatch(/4242$/);
  expect(failed(new Error('a\0b\ud800')).cause).toBe('a\uFFFDb\uFFFD');
  expect(failed(new Error('x'.repeat(10_000))).cause).toHaveLength(2_000);
  expect(failed(new TypeError('')).cause).toBe('TypeError');
  expect(failed('thrown as a text').cause).toBe('thrown as a text');
});
