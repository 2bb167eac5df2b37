import type { Reader, ReaderProgress } from '../core/ports';
import { createProgress } from './progress';
import type { StartTimer } from '../core/kernel';

export interface PolledProgressOptions {
  readonly startTimer: StartTimer;
  /** Between two looks at the checkpoint, while somebody waits. @default 25 */
  readonly intervalMs?: number;
  /** Receives looks that failed; the next one follows after the interval. */
  readonly onError: (error: unknown) => void;
}

const defaultIntervalMs = 25;

/**
 * How far a reader has come that runs elsewhere. Its checkpoint is looked at while somebody waits for a position that
 * it had not reached at the last look: one query at a time for all who wait, none when nobody does.
 */
export function createPolledProgress(
  reader: Pick<Reader, 'checkpoint'>,
  { startTimer, intervalMs = defaultIntervalMs, onError }: PolledProgressOptions,
): ReaderProgress {
  const progress = createProgress(startTimer);
  let isPolling = false;

  // Ends when the last caller has its answer, at the latest when that caller's time is over.
  async function poll(): Promise<void> {
    while (progress.isAwaited()) {
      try {
        progress.advance(await reader.checkpoint());
      } catch (error) {
        onError(error);
      }
      if (progress.isAwaited()) await new Promise<void>((resolve) => startTimer(intervalMs, resolve));
    }
    isPolling = false;
  }

  return {
    caughtUp(position, timeoutMs) {
      const reached = progress.caughtUp(position, timeoutMs);
      if (!isPolling && progress.isAwaited()) {
        isPolling = true;
        void poll();
      }
      return reached;
    },
  };
}
