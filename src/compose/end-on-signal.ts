import { failureInWords } from './failure-in-words';
import { StartAbandoned, type StartSteps } from './start-steps';

export interface EndOnSignalOptions {
  readonly starting: Promise<{ stop(): Promise<void> }>;
  readonly steps: StartSteps;
  /** How long a start that is no longer wanted may take to come to its next step. */
  readonly patienceMs: number;
  readonly onStopping: () => void;
  /** `before` it was ready, or afterwards, with everything in progress finished. */
  readonly onStopped: (when: 'before ready' | 'drained') => void;
  /** Hears, in words, why the end was no clean one. */
  readonly onFailed: (why: string) => void;
}

/**
 * Ends the program at SIGTERM or SIGINT. One that is ready drains. One that is starting stops at its next step, and is
 * left where it hangs when that does not come. A second signal ends at once: every acknowledged write is durable anyway.
 */
export function endOnSignal(options: EndOnSignalOptions): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    options.onStopping();
    void stopWithin(options).then((exitCode) => process.exit(exitCode));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function stopWithin(options: EndOnSignalOptions): Promise<0 | 1> {
  const { starting, steps, patienceMs, onStopped, onFailed } = options;
  steps.abandon();
  const timer = setTimeout(() => {
    onFailed(
      `it was still starting, and waited ${String(patienceMs / 1_000)} s more for ${steps.current()}. Nothing that was acknowledged is lost`,
    );
    process.exit(1);
  }, patienceMs);
  try {
    const running = await starting;
    clearTimeout(timer);
    await running.stop();
    onStopped('drained');
    return 0;
  } catch (error) {
    clearTimeout(timer);
    if (error instanceof StartAbandoned) {
      onStopped('before ready');
      return 0;
    }
    onFailed(failureInWords(error));
    return 1;
  }
}
