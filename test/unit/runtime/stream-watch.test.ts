import type { RecordedEvent } from '../../../src/core/ports';
import { createStreamWatch } from '../../../src/runtime/stream-watch';
import { recordedEvents } from '../../support/recorded-events';
import { createManualTimers } from './manual-timers';

const [first] = recordedEvents(1);
if (first === undefined) throw new Error('there is one event');
const event: RecordedEvent = first;
const { stream } = event;
const other: RecordedEvent = { ...event, stream: 'test-other' };

test('a change that comes before anybody waits is told once', async () => {
  const timers = createManualTimers();
  const streams = createStreamWatch(timers.startTimer);
  const watch = streams.watch(stream);
  streams.notify([event, event]);
  expect(await watch.changed(1_000)).toBe(true);
  const next = watch.changed(1_000);
  timers.fire();
  expect(await next).toBe(false);
});

test('a change ends a wait, and the next wait waits again', async () => {
  const timers = createManualTimers();
  const streams = createStreamWatch(timers.startTimer);
  const watch = streams.watch(stream);
  const waiting = watch.changed(1_000);
  streams.notify([other, event]);
  expect(await waiting).toBe(true);
  const next = watch.changed(1_000);
  timers.fire();
  expect(await next).toBe(false);
});

test("another stream's change, and one after the end, wake nobody", async () => {
  const timers = createManualTimers();
  const streams = createStreamWatch(timers.startTimer);
  const watch = streams.watch(stream);
  const waiting = watch.changed(1_000);
  streams.notify([other]);
  watch.stop();
  streams.notify([event]);
  timers.fire();
  expect(await waiting).toBe(false);
});
