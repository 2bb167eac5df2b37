/** Counts what is worked on and what only waits, so that overload is refused instead of queued. */
export interface LoadGate {
  /** False when the process is full; then nothing is counted. */
  readonly tryEnter: () => boolean;
  readonly leave: () => void;
  /**
   * Runs a wait outside the count of requests worked on.
   * @returns null without waiting when too many wait already
   */
  readonly outside: <Value>(wait: () => Promise<Value>) => Promise<Value | null>;
  /** From here on every request is refused: the process is about to stop. */
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

export function createLoadGate(limits: {
  readonly maxInFlight: number;
  readonly maxWaiting: number;
}): LoadGate {
  let inFlight = 0;
  let waiting = 0;
  let closed = false;
  return {
    tryEnter() {
      if (inFlight >= limits.maxInFlight) return false;
      inFlight += 1;
      return true;
    },
    leave() {
      inFlight -= 1;
    },
    async outside(wait) {
      if (waiting >= limits.maxWaiting) return null;
      waiting += 1;
      inFlight -= 1;
      try {
        return await wait();
      } finally {
        waiting -= 1;
        // A request that comes back from waiting is let in above the bound: its work is nearly done.
        inFlight += 1;
      }
    },
    close() {
      closed = true;
    },
    isClosed: () => closed,
  };
}
