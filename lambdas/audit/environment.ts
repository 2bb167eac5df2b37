import { signInVariables } from '../../src/compose/aws/sign-in';
import { journalVariables } from '../../src/compose/aws/store-variables';

/** What the stack of the stage tells the function. */
export const auditVariables = {
  program: 'The audit',
  needed: [...journalVariables, 'FINCORE_AUDIT_URL', 'FINCORE_PARKING_BUCKET'],
  known: signInVariables,
} as const;
