import { type EnvironmentOf, readEnvironment } from '../../src/compose/aws/read-environment';
import { signInVariables } from '../../src/compose/aws/sign-in';

/** What the stack of the stage tells the function. */
export const ledgerVariables = {
  program: 'The ledger',
  needed: [
    'FINCORE_STAGE',
    'FINCORE_REGION',
    'FINCORE_JOURNAL_URL',
    'FINCORE_LEDGER_URL',
    'FINCORE_PARKING_BUCKET',
  ],
  known: [...signInVariables],
} as const;

export type LedgerEnvironment = EnvironmentOf<
  (typeof ledgerVariables.needed)[number] | (typeof ledgerVariables.known)[number]
>;

/** @throws CommandRefused that names each variable that is missing or wrong */
export const readLedgerEnvironment = (environment: NodeJS.ProcessEnv): LedgerEnvironment =>
  readEnvironment(ledgerVariables, environment);
