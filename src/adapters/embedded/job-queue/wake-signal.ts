/**
 * Lets one loop sleep until there may be work. A wake that comes while the loop is busy is kept, so no
 * work is overslept; several are one.
 */
export interface WakeSignal {
  wake(): void;
  /** Wakes after the delay, for example when a retry falls due. */
  wakeAfter(delayMs: number): void;
  /** Resolves at the next wake, at once when one came since the last sleep, or after the time-out. */
  sleep(timeoutMs: number): Promise<void>;
  /** Drops all timers and wakes for the last time. */
  close(): void;
}

/** Beyond this, a due job is found by polling. */
const maxTimers = 256;
/** Timers may fire a millisecond early, and the database's clock must have passed the due time. */
const timerSlackMs = 2;

export function createWakeSignal(): WakeSignal {
  const timers = new Set<NodeJS.Timeout>();
  let awake = false;
  let closed = false;
  let rouse: (() => void) | null = null;

  const wake = () => {
    awake = true;
    rouse?.();
  };
  const wakeAfter = (delayMs: number) => {
    if (closed || timers.size >= maxTimers) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake();
    }, delayMs + timerSlackMs);
    timers.add(timer);
  };
  const sleep = async (timeoutMs: number) => {
    if (!awake) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        rouse = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      rouse = null;
    }
    awake = false;
  };
  const close = () => {
    closed = true;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    wake();
  };
  return { wake, wakeAfter, sleep, close };
}
