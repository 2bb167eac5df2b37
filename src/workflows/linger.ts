import type { StartTimer } from './stream-watch';

/** A short rest between two batches, so that the second is larger; whoever waits for it ends the rest. */
export interface Linger {
  /** Resolves after the time, or when somebody is in a hurry. */
  rest(delayMs: number): Promise<void>;
  /** Ends the rest, if there is one. */
  hurry(): void;
}

export function createLinger(startTimer: StartTimer): Linger {
  let end: (() => void) | null = null;
  return {
    rest: (delayMs) =>
      new Promise((resolve) => {
        const stopTimer = startTimer(delayMs, () => end?.());
        end = () => {
          end = null;
          stopTimer();
          resolve();
        };
      }),
    hurry: () => end?.(),
  };
}
