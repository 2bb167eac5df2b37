import { setTimeout as pause } from 'node:timers/promises';
import { failureInWords } from '../operations/process/failure-in-words';
import type { Stores } from '../compose/stores';
import { type Passes, noPasses, verifyRound } from './passes';
import { readReached } from './reached';
import { dispatchersOf, runChecks } from './verify';

/** One look at the stores. */
export interface VerificationRound {
  readonly outcome: 'sound' | 'fault' | 'failed';
  /** From the first event on, or what came since the round before. */
  readonly isWhole: boolean;
  /** Events up to here are verified. */
  readonly position: number;
  readonly durationMs: number;
  /** Milliseconds since the epoch. */
  readonly endedAtMs: number;
  /** The check with the place of the fault, or why nothing could be verified; null when all is sound. */
  readonly told: string | null;
}

export interface WatchOptions {
  /** Between the end of a round and the next one. */
  readonly intervalMs: number;
  /** After this long, a round begins from the first event again: what was verified may have been altered since. */
  readonly wholeAfterMs: number;
  readonly signal: AbortSignal;
  readonly onRound: (round: VerificationRound) => void;
}

/**
 * Verifies again and again: what has come since the round before, and now and then everything. A database that is
 * away is waited for. Ends at the first fault, or when the signal says so.
 * @returns whether no fault was found
 */
export async function watch(
  stores: Stores,
  tell: (line: string) => void,
  options: WatchOptions,
): Promise<boolean> {
  const { intervalMs, wholeAfterMs, signal, onRound } = options;
  const passes = noPasses();
  const isOver = () => signal.aborted;
  while (!isOver()) {
    const round = await verifyOnce(stores, passes, wholeAfterMs, tell);
    // What the end of the process cuts off is no finding.
    if (isOver() && round.outcome !== 'fault') return true;
    onRound(round);
    if (round.outcome === 'fault') return false;
    await pause(intervalMs, undefined, { signal }).catch(() => undefined);
  }
  return true;
}

/** With all the time that it takes. */
async function verifyOnce(
  stores: Stores,
  passes: Passes,
  wholeAfterMs: number,
  tell: (line: string) => void,
): Promise<VerificationRound> {
  const begun = performance.now();
  const carrier = dispatchersOf(stores);
  const ended = (
    outcome: VerificationRound['outcome'],
    told: string | null,
    isWhole = passes.recent === null,
  ): VerificationRound => ({
    outcome,
    isWhole,
    position: (passes.recent ?? passes.whole?.progress)?.journal.position ?? 0,
    durationMs: Math.round(performance.now() - begun),
    endedAtMs: stores.clock(),
    told,
  });
  try {
    const round = await verifyRound(passes, {
      wholeAfterMs,
      clock: stores.clock,
      reached: () => readReached(stores),
      run: (progress) => runChecks({ stores, carrier, progress, keepsJobs: true }),
      moved: () => Promise.resolve(true),
      tell,
    });
    if (round.kind === 'fault') return ended('fault', `${round.check}: ${round.fault}`);
    return ended('sound', null, round.kind === 'sound' && round.isWhole);
  } catch (error) {
    return ended('failed', failureInWords(error));
  }
}

/** A line for one look at the stores. */
export function roundInWords({
  outcome,
  isWhole,
  position,
  durationMs,
  endedAtMs,
  told,
}: VerificationRound): string {
  const at = new Date(endedAtMs).toISOString();
  const seconds = `${(durationMs / 1_000).toFixed(1)} s`;
  switch (outcome) {
    case 'sound':
      return `${at} ok     ${isWhole ? 'everything' : 'what is new'} up to position ${String(position)} (${seconds})`;
    case 'fault':
      return `${at} FAULT  ${told ?? ''}`;
    case 'failed':
      return `${at} nothing could be verified, trying again: ${told ?? ''}`;
  }
}
