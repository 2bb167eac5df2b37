import { InvariantViolation } from '../../../core/kernel';
import type { Books } from '../../books';
import type { CommandOutput } from '../with-books';
import { checkAudit } from './audit-check';
import type { Check, Finding } from './check';
import { checkDispatchers } from './dispatcher-check';
import { checkJournal } from './journal-check';
import { checkLedger, checkLedgerAgainstJournal } from './ledger-checks';
import { checkPayments } from './payments-check';
import { checkSeals } from './seal-check';

/** Wide enough for the longest name. */
const nameWidth = 20;

/**
 * Recomputes what is stored and compares, from the journal outwards, with bounded memory and beside a running
 * server. Prints a line for each check and ends at the first fault, since what follows rests on what came before.
 * @returns whether everything is as it must be
 */
export async function verify(books: Books, output: CommandOutput): Promise<boolean> {
  const dispatcher: Check = { name: 'dispatcher', run: () => checkDispatchers(books) };
  return (await firstFault(checksOf(books, dispatcher), output)) === null;
}

/** Every check, in the order in which they rest on each other. @param carrier of what hands events on to workers */
export function checksOf(books: Books, carrier: Check): readonly Check[] {
  return [
    { name: 'journal', run: () => checkJournal(books) },
    { name: 'seals', run: () => checkSeals(books) },
    carrier,
    { name: 'ledger', run: () => checkLedger(books) },
    { name: 'ledger by journal', run: () => checkLedgerAgainstJournal(books) },
    { name: 'audit', run: () => checkAudit(books) },
    { name: 'PaymentDB', run: () => checkPayments(books) },
  ];
}

export interface FoundFault {
  /** The name of the check. */
  readonly check: string;
  readonly fault: string;
}

/** Runs the checks, prints a line for each, and ends at the first fault. */
export async function firstFault(
  checks: readonly Check[],
  output: Pick<CommandOutput, 'print'>,
): Promise<FoundFault | null> {
  for (const { name, run } of checks) {
    const begun = performance.now();
    const finding = await found(run);
    const duration = `${String(Math.round(performance.now() - begun))} ms`;
    if (finding.kind === 'fault') {
      output.print(`FAULT  ${name.padEnd(nameWidth)} ${finding.fault}`);
      return { check: name, fault: finding.fault };
    }
    output.print(`ok     ${name.padEnd(nameWidth)} ${finding.summary} (${duration})`);
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
