import { setTimeout as pause } from 'node:timers/promises';

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_INTERVAL_MS = 20;

/** Repeats the assertion until it passes and returns its value; at the deadline it fails as the assertion failed last. */
export async function eventually<Value>(
  assertion: () => Value | Promise<Value>,
  options: { readonly timeoutMs?: number; readonly intervalMs?: number } = {},
): Promise<Value> {
  const deadlineMs = performance.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= deadlineMs) throw error;
    }
    await pause(options.intervalMs ?? DEFAULT_INTERVAL_MS);
  }
}
