import type { Stores } from '../compose/stores';
import { type Progress, fromTheBeginning } from '../verification/verification-progress';
import { type CheckResult, dispatchersOf, runChecks } from '../verification/verify';
import type { CliOutput } from './cli-output';

/** Wide enough for the longest name of a check. */
const nameWidth = 20;
/** Between two lines of progress. */
const progressIntervalMs = 2_000;

/**
 * Runs every check from the first event and prints a line for each.
 * @param showsProgress whether lines on the way say how far it has come
 * @returns whether everything is as it must be
 */
export async function verifyCommand(
  stores: Stores,
  output: CliOutput,
  showsProgress: boolean,
): Promise<boolean> {
  const progress = fromTheBeginning();
  const stopTelling = showsProgress ? await tellProgress(stores, progress, output) : () => undefined;
  try {
    const run = { stores, carrier: dispatchersOf(stores), progress };
    const { kind } = await runChecks(run, (result) => presentCheck(output, result));
    return kind === 'sound';
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
