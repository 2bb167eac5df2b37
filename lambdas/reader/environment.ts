import { signInVariables } from '../../src/compose/aws/sign-in';
import { journalVariables, storeVariableOf } from '../../src/compose/aws/store-variables';

/** What the stack of the stage tells the function: also where the store is that its reader keeps. */
export const readerVariables = {
  program: 'The reader',
  needed: [...journalVariables, 'FINCORE_READER', 'FINCORE_PARKING_BUCKET'],
  known: [...signInVariables, storeVariableOf.readModels, storeVariableOf.ledger, storeVariableOf.audit],
} as const;
