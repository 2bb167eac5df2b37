import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../../core/ports';
import { startTimer } from '../../postgres/start-timer';
import type { FailedJob } from './queries/fail-jobs';

export type Outcome = { readonly id: string } & (
  { readonly kind: 'completed' } | ({ readonly kind: 'failed' } & Omit<FailedJob, 'id'>)
);

export interface OutcomeStore {
  complete(ids: readonly string[]): Promise<void>;
  fail(failures: readonly FailedJob[]): Promise<void>;
}

export interface OutcomeWriter {
  /** From now on no outcome waits for others. */
  hurry(): void;
  /**
   * Resolves when the outcome is durable, or when the job's lease has ended and the outcome no longer
   * counts: it is then delivered again. Never rejects.
   * @param leaseEndsAt in milliseconds of `performance.now()`
   */
  write(outcome: Outcome, leaseEndsAt: number): Promise<void>;
}

interface Pending {
  readonly outcome: Outcome;
  readonly leaseEndsAt: number;
  readonly done: () => void;
}

const maxBatch = 500;
const gatherMs = 50;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Group commit for outcomes: while one write is in flight, those that arrive wait and go together. Done jobs are in no
 * hurry: they wait a moment for more of them, and a process that is killed within it leaves jobs that are delivered
 * again. What waits is bounded by the worker's concurrency.
 * @param gather so many go at once
 */
export function createOutcomeWriter(
  store: OutcomeStore,
  { gather, log }: { readonly gather: number; readonly log: Log },
): OutcomeWriter {
  let pending: Pending[] = [];
  let writing = false;
  let stopTimer: (() => void) | null = null;
  let isHurried = false;
  let failuresInRow = 0;

  const flush = async () => {
    while (pending.length > 0) {
      const batch = pending.slice(0, maxBatch);
      pending = pending.slice(maxBatch);
      const unwritten = await writeBatch(store, batch, log);
      failuresInRow = unwritten.length === 0 ? 0 : failuresInRow + 1;
      if (unwritten.length > 0) {
        pending = [...keepLeased(unwritten, log), ...pending];
        await pause(Math.min(longestPauseMs, firstPauseMs * 2 ** (failuresInRow - 1)));
      }
    }
    writing = false;
  };

  const flushNow = () => {
    stopTimer?.();
    stopTimer = null;
    if (writing || pending.length === 0) return;
    writing = true;
    // Handlers that end in the same turn of the event loop share the first write.
    setImmediate(() => void flush());
  };
  return {
    write: (outcome, leaseEndsAt) =>
      new Promise((resolve) => {
        pending.push({ outcome, leaseEndsAt, done: resolve });
        if (outcome.kind === 'failed' || pending.length >= gather || isHurried) flushNow();
        else if (!writing) stopTimer ??= startTimer(gatherMs, flushNow);
      }),
    hurry() {
      isHurried = true;
      flushNow();
    },
  };
}

/** @returns what could not be written. */
async function writeBatch(
  store: OutcomeStore,
  batch: readonly Pending[],
  log: Log,
): Promise<readonly Pending[]> {
  const completed: string[] = [];
  const failed: FailedJob[] = [];
  for (const { outcome } of batch) {
    if (outcome.kind === 'completed') completed.push(outcome.id);
    else failed.push(outcome);
  }
  const [completedOk, failedOk] = await Promise.all([
    completed.length === 0 || attempt(() => store.complete(completed), log),
    failed.length === 0 || attempt(() => store.fail(failed), log),
  ]);
  const isWritten = ({ outcome }: Pending) => (outcome.kind === 'completed' ? completedOk : failedOk);
  for (const entry of batch) if (isWritten(entry)) entry.done();
  return batch.filter((entry) => !isWritten(entry));
}

async function attempt(write: () => Promise<void>, log: Log): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    log.error({ err: error }, 'outcomes of jobs could not be written; trying again until their leases end');
    return false;
  }
}

function keepLeased(unwritten: readonly Pending[], log: Log): readonly Pending[] {
  const nowMs = performance.now();
  const ended = unwritten.filter((entry) => entry.leaseEndsAt <= nowMs);
  for (const { outcome, done } of ended) {
    log.warn(
      { jobId: outcome.id },
      'the outcome of a job is given up with its lease; it will be delivered again',
    );
    done();
  }
  return unwritten.filter((entry) => entry.leaseEndsAt > nowMs);
}
