import { contexts } from '../core/contexts';
import { InvariantViolation } from '../core/kernel';
import type { Stores } from '../compose/stores';
import { checkAnswers } from './answers-check';
import { checkAudit } from './audit-check';
import { checkBalances } from './balance-check';
import type { Check, Finding, Verification } from './check';
import { damageFault } from './damage';
import { checkDispatchers } from './dispatcher-check';
import { checkJobs } from './jobs-check';
import { checkJournal } from './journal-check';
import { checkLedger, checkLedgerAgainstJournal } from './ledger-checks';
import { checkReadModel } from './read-model-check';
import type { Progress } from './verification-progress';
import { checkSeals } from './seal-check';
import { createSharedFeed } from './shared-feed';

/** Events, entries or ids in memory at a time. */
const defaultPageLimit = 1_000;

/** What hands events on to workers on this runtime. */
export const dispatchersOf = (stores: Stores): Check => ({
  name: 'dispatcher',
  run: () => checkDispatchers(stores),
});

export interface VerificationRun {
  readonly stores: Stores;
  /** Of what hands events on to workers. */
  readonly carrier: Check;
  /** From the beginning, or of an earlier run that found no fault, to go on from; it is moved on. */
  readonly progress: Progress;
  /** Asked after each page. @default always */
  readonly mayGoOn?: () => boolean;
  /** @default 1000 */
  readonly pageLimit?: number;
  /** Whether this runtime keeps its jobs in the journal's database, where they are verified. @default false */
  readonly keepsJobs?: boolean;
  /** Run after the others. @default none */
  readonly further?: readonly Check[];
}

export interface FoundFault {
  /** The name of the check. */
  readonly check: string;
  readonly fault: string;
}

export type RunOutcome =
  | { readonly kind: 'sound' }
  /** No fault as far as it came; the progress says how far that is. */
  | { readonly kind: 'unfinished' }
  | ({ readonly kind: 'fault' } & FoundFault);

/** What one check came to. */
export interface CheckResult {
  readonly check: string;
  readonly isSound: boolean;
  /** What was compared, or the place of the fault with what is stored there and what belongs there. */
  readonly finding: string;
  readonly durationMs: number;
}

/**
 * Recomputes what is stored and compares, with bounded memory and beside a running server. Runs every check, side by
 * side because they read the journal together. Reports each in the order in which they rest on each other, and ends at
 * the first fault.
 */
export async function runChecks(
  run: VerificationRun,
  report: (result: CheckResult) => void = () => undefined,
): Promise<RunOutcome> {
  const begun = performance.now();
  let isOver = false;
  const { mayGoOn = () => true } = run;
  const running = checksOf({ ...run, mayGoOn: () => !isOver && mayGoOn() }).map(({ name, run: check }) => {
    const finding = found(check, run.stores).then((result) => ({ ...result, endedAt: performance.now() }));
    // Behind a fault nobody waits for what later checks come to.
    finding.catch(() => undefined);
    return { name, finding };
  });
  try {
    let kind: 'sound' | 'unfinished' = 'sound';
    for (const { name, finding } of running) {
      const result = await finding;
      const durationMs = Math.round(result.endedAt - begun);
      if (result.kind === 'fault') {
        report({ check: name, isSound: false, finding: result.fault, durationMs });
        return { kind: 'fault', check: name, fault: result.fault };
      }
      if (result.kind === 'unfinished') kind = 'unfinished';
      else report({ check: name, isSound: true, finding: result.summary, durationMs });
    }
    return { kind };
  } finally {
    isOver = true;
    await Promise.allSettled(running.map(({ finding }) => finding));
  }
}

/** In the order in which they rest on each other. */
function checksOf({
  stores,
  carrier,
  progress,
  mayGoOn,
  pageLimit = defaultPageLimit,
  keepsJobs = false,
  further = [],
}: VerificationRun & Pick<Verification, 'mayGoOn'>): readonly Check[] {
  const verification = { stores, feed: createSharedFeed(stores.records), progress, mayGoOn, pageLimit };
  return [
    { name: 'journal', run: () => checkJournal(verification) },
    { name: 'seals', run: () => checkSeals(verification) },
    { name: 'balances', run: () => checkBalances(verification, contexts.effectsOf) },
    { name: 'answers', run: () => checkAnswers(verification) },
    carrier,
    ...(keepsJobs ? [{ name: 'jobs', run: () => checkJobs(verification) }] : []),
    { name: 'ledger', run: () => checkLedger(verification) },
    { name: 'ledger by journal', run: () => checkLedgerAgainstJournal(verification) },
    { name: 'audit', run: () => checkAudit(verification) },
    ...contexts.readModels.map((model) => ({
      name: model.name,
      run: () => checkReadModel(verification, model, stores.poolOf(model)),
    })),
    ...further,
  ];
}

/** Data that the program or PostgreSQL refuses to read is a fault too. */
async function found(run: () => Promise<Finding>, stores: Stores): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof InvariantViolation) return { kind: 'fault', fault: error.message };
    const damage = await damageFault(stores, error);
    if (damage === null) throw error;
    return damage;
  }
}
