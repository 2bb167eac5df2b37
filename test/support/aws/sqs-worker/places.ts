import { createWait } from '../../../../src/core/kernel';
import { startTimer } from '../../../../src/adapters/postgres/start-timer';

/** The places of one worker: each is taken from before its message is fetched until the outcome is written. */
export interface Places {
  /** Resolves with how many were taken, up to `wanted`, as soon as there is one; with 0 once closed. */
  take(wanted: number): Promise<number>;
  giveBack(count: number): void;
  /** Resolves true when every place is free, false after the time-out. */
  emptied(timeoutMs: number): Promise<boolean>;
  taken(): number;
  close(): void;
}

/** Handlers that end at nearly the same time are followed by one fetch. */
const gatherMs = 3;

export function createPlaces(count: number): Places {
  let free = count;
  let closed = false;
  const changed = createWait(startTimer);

  const take = async (wanted: number) => {
    while (!closed && free === 0) await changed.sleep();
    const gatherUntil = performance.now() + gatherMs;
    while (!closed && free > 0 && free < Math.min(wanted, count)) {
      const leftMs = gatherUntil - performance.now();
      if (leftMs <= 0) break;
      await changed.sleep(leftMs);
    }
    if (closed) return 0;
    const taken = Math.min(free, wanted);
    free -= taken;
    return taken;
  };
  const emptied = async (timeoutMs: number) => {
    const giveUpAt = performance.now() + timeoutMs;
    while (free < count) {
      const leftMs = giveUpAt - performance.now();
      if (leftMs <= 0) return false;
      await changed.sleep(leftMs);
    }
    return true;
  };
  return {
    take,
    emptied,
    taken: () => count - free,
    giveBack: (given) => {
      free += given;
      changed.wake();
    },
    close: () => {
      closed = true;
      changed.wake();
    },
  };
}
