import type { ReaderProgress } from '../core/ports';
import type { StartTimer } from '../core/kernel';

export interface Progress extends ReaderProgress {
  position(): number;
  /** Whether somebody waits for a position. */
  isAwaited(): boolean;
  advance(position: number): void;
  /** Tells everybody who waits that the position was not reached. */
  close(): void;
}

interface Waiting {
  readonly position: number;
  readonly settle: (isReached: boolean) => void;
}

/** Callers that may wait at the same time; one more gets false at once. */
const maxWaiting = 10_000;

/** A position that moves, and those who wait for it. */
export function createProgress(startTimer: StartTimer): Progress {
  const waiting = new Set<Waiting>();
  let current = 0;
  let isClosed = false;

  return {
    position: () => current,
    isAwaited: () => waiting.size > 0,
    advance(position) {
      current = position;
      for (const entry of waiting) if (entry.position <= position) entry.settle(true);
    },
    caughtUp(position, timeoutMs) {
      if (position <= current) return Promise.resolve(true);
      if (isClosed || waiting.size >= maxWaiting) return Promise.resolve(false);
      return new Promise((resolve) => {
        const stopTimer = startTimer(timeoutMs, () => entry.settle(false));
        const entry: Waiting = {
          position,
          settle(isReached) {
            waiting.delete(entry);
            stopTimer();
            resolve(isReached);
          },
        };
        waiting.add(entry);
      });
    },
    close() {
      isClosed = true;
      for (const entry of waiting) entry.settle(false);
    },
  };
}
