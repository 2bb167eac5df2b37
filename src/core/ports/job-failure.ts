import { fullJitterMs, storableText, withoutCardNumbers } from '../kernel';
import { DeadLetter, RetryLater, type RetryPolicy } from './job-queue';

/** What becomes of a job whose handler threw. */
export type JobFailure =
  | { readonly kind: 'retry'; readonly cause: string; readonly delayMs: number }
  | { readonly kind: 'dead'; readonly cause: string };

export interface FailedAttempt {
  readonly error: unknown;
  /** 1 for the first delivery. */
  readonly attempt: number;
  readonly retry: RetryPolicy;
  /** Evenly from 0 (included) to 1 (excluded). */
  readonly random: () => number;
}

/**
 * The one retry law of every queue. What the other side asked for (`RetryLater.minimumDelayMs`) is added to
 * the drawn wait, not compared with it: jobs that were all told the same time must not all come back at once.
 */
export function judgeFailure({ error, attempt, retry, random }: FailedAttempt): JobFailure {
  const cause = causeOf(error);
  if (error instanceof DeadLetter || attempt >= retry.maxAttempts) return { kind: 'dead', cause };
  const minimumMs = error instanceof RetryLater ? error.minimumDelayMs : 0;
  return { kind: 'retry', cause, delayMs: minimumMs + fullJitterMs(attempt, retry, random) };
}

/** The cause of a job whose lease ran out on its last attempt: its handler never returned. */
export const leaseLostCause = (leaseMs: number): string =>
  `the lease of ${String(leaseMs)} ms ran out: the handler was too slow, or its process died`;

/** Long messages (a page of HTML from a proxy) would make every list of dead letters unreadable. */
const longestCause = 2_000;

/** Causes are kept and shown to people: they hold no card number, not even the half of one at the cut, and can be stored. */
function causeOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return storableText(withoutCardNumbers(text.slice(0, 2 * longestCause)).slice(0, longestCause));
}
