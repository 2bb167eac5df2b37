import { faultKinds } from './faults';
import type { Mutation } from './mutation';
import { type Reduction, drawPlan, nothingLeftOut } from './plan';
import { type SimulationResult, simulate } from './simulation';

export interface Shrunk {
  readonly reduction: Reduction;
  readonly result: SimulationResult;
}

/** Runs at most, so that a failure is shown within seconds. */
const maxRuns = 200;

/**
 * Leaves out one fault and one client's session after the other for as long as the same invariant stays broken:
 * what is left is what it takes.
 */
export async function shrink(failed: SimulationResult, plant: () => Mutation): Promise<Shrunk> {
  const { seed } = failed;
  const kind = kindOf(failed);
  let best: Shrunk = { reduction: nothingLeftOut, result: failed };
  let runs = 0;
  for (const leaveOut of stepsOf(seed)) {
    if ((runs += 1) > maxRuns) break;
    const reduction = leaveOut(best.reduction);
    const result = await simulate({ seed, reduction, mutation: plant() });
    if (kindOf(result) === kind) best = { reduction, result };
  }
  return best;
}

/** The invariant, or the words before the first id. */
const kindOf = ({ violations }: SimulationResult): string =>
  (violations[0] ?? 'none').match(/^\[\d+\]/)?.[0] ?? (violations[0] ?? 'none').slice(0, 30);

type LeaveOut = (from: Reduction) => Reduction;

/** One thing to leave out after the other, twice: what could not go at first may go when others have gone. */
function stepsOf(seed: number): readonly LeaveOut[] {
  const { sessions, faults } = drawPlan(seed);
  const withoutSession = sessions.map((_, index): LeaveOut => ({ withoutFaults, withoutSessions }) => ({
    withoutFaults,
    withoutSessions: [...new Set([...withoutSessions, index])],
  }));
  const present = [
    ...faultKinds.filter((kind) => faults.rates[kind] > 0),
    ...(faults.clockSkewMs.some((skewMs) => skewMs !== 0) ? (['clock_skew'] as const) : []),
    ...(faults.pspOutage === null ? [] : (['psp_outage'] as const)),
  ];
  const withoutFault = present.map((kind): LeaveOut => ({ withoutFaults, withoutSessions }) => ({
    withoutFaults: [...new Set([...withoutFaults, kind])],
    withoutSessions,
  }));
  const once = [...withoutSession, ...withoutFault];
  return [...once, ...once];
}
