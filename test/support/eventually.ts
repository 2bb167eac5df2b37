import { setTimeout as pause } from 'node:timers/promises';

const defaultTimeoutMs = 10_000;
const defaultIntervalMs = 20;

/** Repeats the assertion until it passes and returns its value; at the deadline it fails as the assertion failed last. */
export async function eventually<Value>(
  assertion: () => Value | Promise<Value>,
  options: { readonly timeoutMs?: number; readonly intervalMs?: number } = {},
): Promise<Value> {
  const deadlineMs = performance.now() + (options.timeoutMs ?? defaultTimeoutMs);
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= deadlineMs) throw error;
    }
    await pause(options.intervalMs ?? defaultIntervalMs);
  }
}
