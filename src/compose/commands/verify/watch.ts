import { setTimeout as pause } from 'node:timers/promises';
import { failureInWords } from '../../failure-in-words';
import type { Books } from '../../books';
import type { CommandOutput } from '../with-books';
import { type Progress, fromTheBeginning } from './progress';
import { checksOf, dispatchersOf, firstFault } from './verify';

/** One look at the books. */
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
  readonly anewAfterMs: number;
  readonly signal: AbortSignal;
  readonly onRound: (round: VerificationRound) => void;
}

/**
 * Verifies again and again: what has come since the round before, and now and then everything. A database that is
 * away is waited for. Ends at the first fault, or when the signal says so.
 * @returns whether no fault was found
 */
export async function watch(books: Books, output: CommandOutput, options: WatchOptions): Promise<boolean> {
  const { intervalMs, anewAfterMs, signal, onRound } = options;
  let progress = fromTheBeginning();
  let begunMs = books.clock();
  const isOver = () => signal.aborted;
  while (!isOver()) {
    if (books.clock() - begunMs >= anewAfterMs) {
      progress = fromTheBeginning();
      begunMs = books.clock();
    }
    const round = await verifyOnce(books, progress);
    // What the end of the process cuts off is no finding.
    if (isOver() && round.outcome !== 'fault') return true;
    output[round.outcome === 'failed' ? 'tell' : 'print'](inWords(round));
    onRound(round);
    if (round.outcome === 'fault') return false;
    await pause(intervalMs, undefined, { signal }).catch(() => undefined);
  }
  return true;
}

async function verifyOnce(books: Books, progress: Progress): Promise<VerificationRound> {
  const begun = performance.now();
  const isWhole = progress.journal.position === 0;
  const ended = (outcome: VerificationRound['outcome'], told: string | null): VerificationRound => ({
    outcome,
    isWhole,
    position: progress.journal.position,
    durationMs: Math.round(performance.now() - begun),
    endedAtMs: books.clock(),
    told,
  });
  try {
    const fault = await firstFault(checksOf(books, dispatchersOf(books), progress), {
      print: () => undefined,
    });
    return fault === null ? ended('sound', null) : ended('fault', `${fault.check}: ${fault.fault}`);
  } catch (error) {
    return ended('failed', failureInWords(error));
  }
}

function inWords({ outcome, isWhole, position, durationMs, endedAtMs, told }: VerificationRound): string {
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
