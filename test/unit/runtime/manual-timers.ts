import type { StartTimer } from '../../../src/core/kernel';

/** Timers that fire when the test says so. */
export function createManualTimers(): {
  readonly startTimer: StartTimer;
  /** Delays of the timers that run, in the order in which they were started. */
  delays(): readonly number[];
  /** Fires the oldest. */
  fire(): void;
} {
  const running = new Map<symbol, { readonly delayMs: number; readonly fire: () => void }>();
  return {
    startTimer(delayMs, fire) {
      const key = Symbol('timer');
      running.set(key, { delayMs, fire });
      return () => running.delete(key);
    },
    delays: () => [...running.values()].map((timer) => timer.delayMs),
    fire() {
      const [oldest] = running;
      if (oldest === undefined) throw new Error('no timer runs');
      running.delete(oldest[0]);
      oldest[1].fire();
    },
  };
}
