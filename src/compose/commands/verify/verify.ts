import { InvariantViolation } from '../../../core/kernel';
import type { Books } from '../../books';
import type { CommandOutput } from '../with-books';
import { checkAudit } from './audit-check';
import type { Check, Finding } from './check';
import { checkDispatchers } from './dispatcher-check';
import { checkJournal } from './journal-check';
import { checkLedger, checkLedgerAgainstJournal } from './ledger-checks';
import { checkPayments } from './payments-check';
import { type Progress, fromTheBeginning } from './progress';
import { checkSeals } from './seal-check';
import { createSharedFeed } from './shared-feed';

/** Wide enough for the longest name. */
const nameWidth = 20;

/**
 * Recomputes what is stored and compares, with bounded memory and beside a running server. Prints a line for each check
 * and ends at the first fault, since what follows rests on what came before.
 * @returns whether everything is as it must be
 */
export async function verify(books: Books, output: CommandOutput): Promise<boolean> {
  return (await firstFault(checksOf(books, dispatchersOf(books)), output)) === null;
}

/** What hands events on to workers on this runtime. */
export const dispatchersOf = (books: Books): Check => ({
  name: 'dispatcher',
  run: () => checkDispatchers(books),
});

/**
 * Every check, in the order in which they rest on each other. They read the journal together, so they are to run side
 * by side.
 * @param carrier of what hands events on to workers
 * @param progress of an earlier verification that found no fault, to go on from; it is moved on
 */
export function checksOf(
  books: Books,
  carrier: Check,
  progress: Progress = fromTheBeginning(),
): readonly Check[] {
  const verification = { books, feed: createSharedFeed(books.records), progress };
  return [
    { name: 'journal', run: () => checkJournal(verification) },
    { name: 'seals', run: () => checkSeals(verification) },
    carrier,
    { name: 'ledger', run: () => checkLedger(verification) },
    { name: 'ledger by journal', run: () => checkLedgerAgainstJournal(verification) },
    { name: 'audit', run: () => checkAudit(verification) },
    { name: 'PaymentDB', run: () => checkPayments(verification) },
  ];
}

export interface FoundFault {
  /** The name of the check. */
  readonly check: string;
  readonly fault: string;
}

/** Runs the checks side by side, prints a line for each in their order, and ends at the first fault. */
export async function firstFault(
  checks: readonly Check[],
  output: Pick<CommandOutput, 'print'>,
): Promise<FoundFault | null> {
  const begun = performance.now();
  const running = checks.map(({ name, run }) => {
    const finding = found(run).then((result) => ({ ...result, endedAt: performance.now() }));
    // Behind a fault nobody waits for what later checks come to.
    finding.catch(() => undefined);
    return { name, finding };
  });
  for (const { name, finding } of running) {
    const result = await finding;
    if (result.kind === 'fault') {
      output.print(`FAULT  ${name.padEnd(nameWidth)} ${result.fault}`);
      return { check: name, fault: result.fault };
    }
    const duration = `${String(Math.round(result.endedAt - begun))} ms`;
    output.print(`ok     ${name.padEnd(nameWidth)} ${result.summary} (${duration})`);
  }
  return null;
}

/** What the program refuses to read, as it would refuse while it works, is a fault too. */
async function found(run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    return { kind: 'fault', fault: error.message };
  }
}
