import { createWindows } from '../../../src/api/plugins/windows';

function setUp() {
  let now = 1_000_000;
  const windows = createWindows(() => now);
  return { windows, pass: (ms: number) => (now += ms) };
}

test('a window opens with the first hit, counts until its end and is never prolonged', () => {
  const { windows, pass } = setUp();
  expect(windows.hit('a', 1_000)).toEqual({ count: 1, resetMs: 1_000 });
  pass(400);
  expect(windows.hit('a', 1_000)).toEqual({ count: 2, resetMs: 600 });
  pass(599);
  expect(windows.hit('a', 1_000)).toEqual({ count: 3, resetMs: 1 });
  pass(1);
  expect(windows.hit('a', 1_000)).toEqual({ count: 1, resetMs: 1_000 });
});

test('buckets are counted apart', () => {
  const { windows } = setUp();
  windows.hit('a', 1_000);
  expect(windows.hit('b', 1_000).count).toBe(1);
  expect(windows.hit('a', 1_000).count).toBe(2);
});

test('a clock that is set back keeps nobody out for longer than a window', () => {
  const { windows, pass } = setUp();
  for (let n = 0; n < 5; n += 1) windows.hit('a', 1_000);
  pass(-3_600_000);
  expect(windows.hit('a', 1_000)).toEqual({ count: 1, resetMs: 1_000 });
});

test('memory is bounded: anyone who was quiet longest begins from the start', () => {
  const { windows } = setUp();
  windows.hit('first', 1_000);
  for (let n = 0; n < 10_000; n += 1) windows.hit(`other ${String(n)}`, 1_000);
  expect(windows.hit('first', 1_000).count).toBe(1);
});
