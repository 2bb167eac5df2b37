import type { StartTimer } from './timer';

/** A rest between two pieces of work that somebody in a hurry can end. */
export interface Linger {
  /** Resolves after the time, or when somebody is in a hurry by then. */
  rest(delayMs: number): Promise<void>;
  /** Ends the rest, if there is one. */
  hurry(): void;
  /** Ends the rest, and every later one at once. */
  close(): void;
}

export function createLinger(startTimer: StartTimer): Linger {
  let end: (() => void) | null = null;
  let isClosed = false;
  return {
    async rest(delayMs) {
      if (isClosed) return;
      await new Promise<void>((resolve) => {
        const stopTimer = startTimer(delayMs, () => end?.());
        end = () => {
          end = null;
          stopTimer();
          resolve();
        };
      });
    },
    hurry: () => end?.(),
    close() {
      isClosed = true;
      end?.();
    },
  };
}
