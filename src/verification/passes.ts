import { type Progress, fromTheBeginning } from './verification-progress';
import { type Reached, hasGoneBack, nothingReached } from './reached';
import type { FoundFault, RunOutcome } from './verify';

/**
 * Two ways through the books at once: what is new, again and again; and now and then everything from the first event,
 * because what was verified may have been altered since. A whole pass rests on nothing that was kept, and what is new
 * is verified on top of the last one that ended.
 */
export interface Passes {
  /** Where to go on with what is new; null until a whole pass has ended. */
  recent: Progress | null;
  /** The whole pass that is under way. */
  whole: { readonly begunMs: number; readonly progress: Progress } | null;
  /** When the last whole pass began that ended; null when none has. */
  provenMs: number | null;
  /** How far the books had come when they were looked at last. */
  reached: Reached;
}

export const noPasses = (): Passes => ({
  recent: null,
  whole: null,
  provenMs: null,
  reached: nothingReached,
});

export type RoundOutcome =
  /** All that is new is verified, and everything if a whole pass ended. */
  | { readonly kind: 'sound'; readonly isWhole: boolean }
  /** Time was over: before all that is new was verified, or before the end of a whole pass. */
  | { readonly kind: 'unfinished'; readonly at: 'new' | 'whole' }
  | ({ readonly kind: 'fault' } & FoundFault);

export interface RoundOptions {
  /** After this long, a whole pass begins again. */
  readonly wholeAfterMs: number;
  readonly clock: () => number;
  readonly reached: () => Promise<Reached>;
  /** Goes on from a progress, as long as there is time for. */
  readonly run: (progress: Progress) => Promise<RunOutcome>;
  /** After each run that found no fault. @returns whether there is time for another one */
  readonly moved: () => Promise<boolean>;
  readonly tell: (line: string) => void;
}

/** One look at the stores: first what is new, then the whole pass, if one is under way or due. The passes are moved on. */
export async function verifyRound(passes: Passes, options: RoundOptions): Promise<RoundOutcome> {
  const { clock, moved, tell } = options;
  const now = await options.reached();
  const back = hasGoneBack(passes.reached, now);
  if (back !== null) {
    tell(
      `${back} stands at ${String(now[back])}, before ${String(passes.reached[back])}: everything is verified again`,
    );
    passes.recent = passes.whole = null;
  }
  passes.reached = now;
  if (passes.recent !== null) {
    const outcome = await runToTheEnd(passes.recent, options);
    if (outcome.kind === 'fault') return outcome;
    if (outcome.kind === 'unfinished') return { kind: 'unfinished', at: 'new' };
    if (passes.whole === null && !isDue(passes, options)) return { kind: 'sound', isWhole: false };
    // However little time is left: a whole pass that every round comes too late for would never end.
    await moved();
  }
  const whole = (passes.whole ??= { begunMs: clock(), progress: fromTheBeginning() });
  const outcome = await runToTheEnd(whole.progress, options);
  if (outcome.kind === 'fault') return outcome;
  if (outcome.kind === 'unfinished') return { kind: 'unfinished', at: 'whole' };
  passes.recent = whole.progress;
  passes.provenMs = whole.begunMs;
  passes.whole = null;
  return { kind: 'sound', isWhole: true };
}

/** A time in the future is not evidence of a whole pass. */
function isDue({ provenMs }: Passes, { clock, wholeAfterMs }: RoundOptions): boolean {
  if (provenMs === null) return true;
  const sinceMs = clock() - provenMs;
  return sinceMs < 0 || sinceMs >= wholeAfterMs;
}

async function runToTheEnd(progress: Progress, { run, moved }: RoundOptions): Promise<RunOutcome> {
  for (;;) {
    const outcome = await run(progress);
    if (outcome.kind !== 'unfinished') return outcome;
    if (!(await moved())) return outcome;
  }
}
