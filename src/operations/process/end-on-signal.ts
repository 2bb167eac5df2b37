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
  /** Receives a sentence that says why the end was not clean. */
  readonly onFailed: (why: string) => void;
}

/** Ctrl-C, `kill` and systemd, a closed terminal. */
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * One Ctrl-C arrives several times: npm passes on what the terminal has sent to the whole process group, and a closed
 * terminal sends SIGHUP twice. A person who means "at once" waits longer than this before the second Ctrl-C.
 */
const sameWishMs = 1_000;

/** As a shell reports a program that SIGINT has ended. */
const interruptedExitCode = 130;

/**
 * Ends the program at SIGINT, SIGTERM or SIGHUP. A program that is ready drains. A program that is starting stops at its
 * next step, and is left where it hangs when that does not come. A second signal, later than `sameWishMs`, ends at once:
 * every acknowledged write is durable anyway, and the guard ends the database server.
 */
export function endOnSignal(options: EndOnSignalOptions): void {
  let next: 'drains' | 'is the same wish' | 'ends at once' = 'drains';
  const stop = () => {
    if (next === 'ends at once') process.exit(interruptedExitCode);
    if (next === 'is the same wish') return;
    next = 'is the same wish';
    // Not in the timer itself: signals that came while the event loop was busy are handled before an immediate runs.
    setTimeout(() => setImmediate(() => (next = 'ends at once')), sameWishMs);
    options.onStopping();
    void stopWithin(options).then((exitCode) => process.exit(exitCode));
  };
  for (const signal of endSignals) process.on(signal, stop);
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
