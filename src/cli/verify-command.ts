import type { Stores } from '../compose/stores';
import { type Progress, fromTheBeginning } from '../verification/verification-progress';
import { indexCheck } from '../verification/index-check';
import { type CheckResult, dispatchersOf, runChecks } from '../verification/verify';
import type { CliOutput } from './cli-output';

/** Wide enough for the longest name of a check. */
const nameWidth = 20;
/** Between two lines of progress. */
const progressIntervalMs = 2_000;

export interface VerifyOptions {
  /** Whether lines on the way say how far the checks have come. */
  readonly showsProgress: boolean;
  /** Whether the indexes of every table are checked as well. */
  readonly checksIndexes: boolean;
}

/**
 * Runs every check from the first event and prints a line for each.
 * @returns the first fault, or null when the books are sound
 */
export async function verifyCommand(
  stores: Stores,
  output: CliOutput,
  { showsProgress, checksIndexes }: VerifyOptions,
): Promise<string | null> {
  const progress = fromTheBeginning();
  const stopTelling = showsProgress ? await tellProgress(stores, progress, output) : () => undefined;
  try {
    const further = checksIndexes ? [indexCheck(stores)] : [];
    const run = { stores, carrier: dispatchersOf(stores), progress, keepsJobs: true, further };
    const outcome = await runChecks(run, (result) => presentCheck(output, result));
    return outcome.kind === 'fault' ? `${outcome.check}: ${outcome.fault}` : null;
  } finally {
    stopTelling();
  }
}

const presentCheck = (output: CliOutput, { check, isSound, finding, durationMs }: CheckResult): void =>
  output.present({
    json: { check, sound: isSound, finding, duration_ms: durationMs },
    lines: [
      isSound
        ? `ok     ${check.padEnd(nameWidth)} ${finding} (${String(durationMs)} ms)`
        : `FAULT  ${check.padEnd(nameWidth)} ${finding}`,
    ],
  });

/** Tells now and then, and at the end, how many events have been read; the checks share the feed and keep together. */
async function tellProgress(
  stores: Stores,
  progress: Progress,
  output: Pick<CliOutput, 'tell'>,
): Promise<() => void> {
  const head = await stores.records.head();
  const tellOnce = () => {
    const verified = progress.journal.position;
    const percent = head === 0 ? 100 : Math.floor((100 * Math.min(verified, head)) / head);
    output.tell(`verifying: ${String(percent)} % (${String(verified)} of ${String(head)} events)`);
  };
  const timer = setInterval(tellOnce, progressIntervalMs);
  return () => {
    clearInterval(timer);
    tellOnce();
  };
}
