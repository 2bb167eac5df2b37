import type { Reader } from '../../../src/core/ports';
import type { StartTimer } from '../../../src/core/kernel';
import { createPolledProgress } from '../../../src/runtime/polled-progress';
import { eventually } from '../../support/eventually';

const startTimer: StartTimer = (delayMs, fire) => {
  const timer = setTimeout(fire, delayMs);
  return () => clearTimeout(timer);
};

function progressOf(checkpoint: Reader['checkpoint'], errors: unknown[] = []) {
  let looks = 0;
  const progress = createPolledProgress(
    {
      checkpoint: () => {
        looks += 1;
        return checkpoint();
      },
    },
    { startTimer, intervalMs: 1, onError: (error) => errors.push(error) },
  );
  return { progress, looks: () => looks };
}

test('resolves when the checkpoint, looked at again and again, has reached the position', async () => {
  let position = 0;
  const { progress } = progressOf(() => Promise.resolve((position += 1)));
  expect(await progress.caughtUp(5, 10_000)).toBe(true);
  expect(position).toBe(5);
});

test('a position that was seen needs no further look', async () => {
  const { progress, looks } = progressOf(() => Promise.resolve(7));
  expect(await progress.caughtUp(7, 10_000)).toBe(true);
  expect(await progress.caughtUp(6, 10_000)).toBe(true);
  expect(looks()).toBe(1);
});

test('those who wait at once share the looks', async () => {
  let position = 0;
  const { progress, looks } = progressOf(() => Promise.resolve((position += 1)));
  const all = await Promise.all([1, 2, 3, 3, 3].map((wanted) => progress.caughtUp(wanted, 10_000)));
  expect(all).toEqual([true, true, true, true, true]);
  expect(looks()).toBe(3);
});

test('gives up after the time, and leaves no timer behind', async () => {
  const running = new Set<object>();
  const counted: StartTimer = (delayMs, fire) => {
    const timer = {};
    running.add(timer);
    const stop = startTimer(delayMs, () => {
      running.delete(timer);
      fire();
    });
    return () => {
      running.delete(timer);
      stop();
    };
  };
  const progress = createPolledProgress(
    { checkpoint: () => Promise.resolve(0) },
    { startTimer: counted, intervalMs: 1, onError: () => undefined },
  );
  expect(await progress.caughtUp(1, 20)).toBe(false);
  await eventually(() => expect(running.size).toBe(0));
});

test('a look that fails is reported, and another one follows', async () => {
  const errors: unknown[] = [];
  let tries = 0;
  const { progress } = progressOf(() => {
    tries += 1;
    return tries < 3 ? Promise.reject(new Error('away')) : Promise.resolve(9);
  }, errors);
  expect(await progress.caughtUp(9, 10_000)).toBe(true);
  expect(errors).toEqual([new Error('away'), new Error('away')]);
});
