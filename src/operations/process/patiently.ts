import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** How long to try again after this error, counted from the first attempt; 0 for an error that does not pass. */
  readonly patienceMsFor: (error: unknown) => number;
  /** Receives the first error, and how long the work is tried again. */
  readonly onWaiting: (error: unknown, patienceMs: number) => void;
  /** Runs before every attempt. What it throws ends the waiting. */
  readonly beforeAttempt?: () => void;
}

const [firstPauseMs, longestPauseMs] = [100, 1_000];

/** Repeats work that fails for a reason that passes, until its patience is over. @throws the last error */
export async function patiently<Value>(work: () => Promise<Value>, patience: Patience): Promise<Value> {
  const begunAtMs = performance.now();
  for (
    let pauseMs = firstPauseMs, attempts = 1;
    ;
    pauseMs = Math.min(2 * pauseMs, longestPauseMs), attempts += 1
  ) {
    patience.beforeAttempt?.();
    try {
      return await work();
    } catch (error) {
      const patienceMs = patience.patienceMsFor(error);
      if (performance.now() - begunAtMs >= patienceMs) throw error;
      if (attempts === 1) patience.onWaiting(error, patienceMs);
    }
    await pause(pauseMs);
  }
}
