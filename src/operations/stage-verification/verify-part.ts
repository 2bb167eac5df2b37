import {
  type KeptPasses,
  keepPasses,
  readKeptPasses,
} from '../../adapters/aws/verification/queries/verification-progress';
import { contexts } from '../../core/contexts';
import type { Log } from '../../core/ports';
import type { Stores } from '../../compose/stores';
import type { Check } from '../../verification/check';
import { type Passes, type RoundOutcome, noPasses, verifyRound } from '../../verification/passes';
import { fromTheBeginning } from '../../verification/verification-progress';
import { readReached } from '../../verification/reached';
import { runChecks } from '../../verification/verify';
import { parseKept, textOf } from '../../verification/kept/progress';

/** A whole pass begins at least once a day, also where a run of the schedule comes late. */
const wholeAfterMs = 20 * 60 * 60_000;
/** What a run has verified is kept this often: no more is lost when it is killed. */
const sliceMs = 30_000;

export interface PartOptions {
  readonly stores: Stores;
  readonly log: Log;
  /** Of what hands events on to workers. */
  readonly carrier: Check;
  /** By the clock of the stores: nothing is begun after it. At least one page of each check is looked at. */
  readonly deadlineMs: number;
  readonly pageLimit?: number;
  /** Begins a whole pass, whenever the last one was, and in the place of one that is under way. @default false */
  readonly isWhole?: boolean;
}

export interface VerifiedPart {
  readonly outcome: RoundOutcome;
  /** Since the last whole pass began that ended. */
  readonly wholeAgeMs: number;
  /** Of the whole pass that is under way; 100 when none is. */
  readonly wholePercent: number;
}

/** Goes on where the last part ended, and keeps where this one does. */
export async function verifyPart(options: PartOptions): Promise<VerifiedPart> {
  const { stores, log, carrier, deadlineMs, pageLimit, isWhole = false } = options;
  const { clock, pools } = stores;
  let row: KeptPasses = await readKeptPasses(pools.journal);
  let isOvertaken = false;
  const passes = passesIn(row, log);

  async function keep(): Promise<void> {
    if (isOvertaken) return;
    const next = { ...row, kept: textOf(passes), provenMs: passes.provenMs ?? row.provenMs };
    const revision = await keepPasses(pools.journal, next);
    if (revision === null) {
      isOvertaken = true;
      log.info({}, 'another verification goes on from here: what this one found out is not kept');
    } else row = { ...next, revision };
  }

  if (isWhole) {
    passes.whole = { begunMs: clock(), progress: fromTheBeginning() };
    // At once, so that it is not lost with this run.
    await keep();
  }
  const outcome = await verifyRound(passes, {
    wholeAfterMs,
    clock,
    reached: () => readReached(stores),
    run: (progress) => {
      const sliceEndMs = Math.min(deadlineMs, clock() + sliceMs);
      const mayGoOn = () => clock() < sliceEndMs;
      return runChecks(
        { stores, carrier, progress, mayGoOn, ...(pageLimit === undefined ? {} : { pageLimit }) },
        ({ check, isSound, finding, durationMs }) =>
          log.info({ check, isSound, durationMs }, `${check}: ${finding}`),
      );
    },
    moved: async () => {
      await keep();
      return !isOvertaken && clock() < deadlineMs;
    },
    tell: (line) => log.warn({}, line),
  });
  // On top of a fault nothing is verified: the next part begins before it, and finds it again.
  if (outcome.kind === 'sound') await keep();
  return {
    outcome,
    wholeAgeMs: Math.max(0, clock() - row.provenMs),
    wholePercent: percentOf(passes),
  };
}

/** Logs progress that cannot be used and leaves it: a whole pass uses no stored progress. */
function passesIn({ kept, provenMs }: KeptPasses, log: Log): Passes {
  if (kept === null) return { ...noPasses(), provenMs };
  const parsed = parseKept(kept);
  if (parsed.ok) return { ...parsed.passes, provenMs };
  log.warn({ why: parsed.why }, 'what the last verification kept is discarded: everything is verified again');
  return { ...noPasses(), provenMs };
}

function percentOf({ whole, reached }: Passes): number {
  if (whole === null || reached.journal === 0) return 100;
  const { journal, seals, derived, audit, rows } = whole.progress;
  const verified = Math.min(
    ...[journal.position, seals.sealedThrough, derived.position, audit.effectCount],
    ...contexts.readModels.map(({ name }) => rows[name]?.position ?? 0),
  );
  return Math.min(100, (100 * verified) / reached.journal);
}
