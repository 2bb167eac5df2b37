/** Starts a timer. @returns stops it. */
export type StartTimer = (delayMs: number, fire: () => void) => () => void;

/**
 * Lets loops sleep until there may be work. A wake that comes while no loop sleeps is kept for the next sleep, so that
 * no work is overslept; several wakes are one.
 */
export interface Wait {
  wake(): void;
  /** Wakes after the delay, for example when a retry falls due. */
  wakeAfter(delayMs: number): void;
  /** Resolves at the next wake, at once when one is kept, or after the time-out. @param timeoutMs @default no limit */
  sleep(timeoutMs?: number): Promise<void>;
  /** Drops a wake that is kept. */
  forget(): void;
  /** Drops all timers. Ends this sleep and every later one. */
  close(): void;
}

/** Beyond this, a delayed wake is dropped: each sleeper has a time-out as well. */
const maxTimers = 256;

/** The one interruptible wait: every loop that sleeps between two pieces of work uses it. */
export function createWait(startTimer: StartTimer): Wait {
  const sleepers = new Set<() => void>();
  const timers = new Set<() => void>();
  let isKept = false;
  let isClosed = false;

  const wake = () => {
    isKept = sleepers.size === 0;
    for (const rouse of [...sleepers]) rouse();
  };
  return {
    wake,
    wakeAfter(delayMs) {
      if (isClosed || timers.size >= maxTimers) return;
      const stop = startTimer(delayMs, () => {
        timers.delete(stop);
        wake();
      });
      timers.add(stop);
    },
    sleep(timeoutMs) {
      if (isKept || isClosed) {
        isKept = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const rouse = () => {
          sleepers.delete(rouse);
          stopTimer?.();
          resolve();
        };
        const stopTimer = timeoutMs === undefined ? undefined : startTimer(timeoutMs, rouse);
        sleepers.add(rouse);
      });
    },
    forget() {
      isKept = false;
    },
    close() {
      isClosed = true;
      for (const stop of timers) stop();
      timers.clear();
      wake();
    },
  };
}
