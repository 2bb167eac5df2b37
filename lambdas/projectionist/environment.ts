import { signInVariables } from '../../src/compose/aws/sign-in';
import { journalVariables } from '../../src/compose/aws/store-variables';

/** What the stack of the stage tells the function. */
export const projectionistVariables = {
  program: 'The projectionist',
  needed: [...journalVariables, 'FINCORE_READ_MODELS_URL', 'FINCORE_PARKING_BUCKET'],
  known: signInVariables,
} as const;
