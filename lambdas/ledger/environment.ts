import { signInVariables } from '../../src/compose/aws/sign-in';
import { journalVariables } from '../../src/compose/aws/store-variables';

/** What the stack of the stage tells the function. */
export const ledgerVariables = {
  program: 'The ledger',
  needed: [...journalVariables, 'FINCORE_LEDGER_URL', 'FINCORE_PARKING_BUCKET'],
  known: signInVariables,
} as const;
