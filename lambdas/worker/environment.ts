import { signInVariables } from '../../src/compose/aws/sign-in';
import { journalVariables } from '../../src/compose/aws/store-variables';

/** What the stack of the stage tells the function. One whose jobs ask a provider also reads `stripeVariables`. */
export const workerVariables = {
  program: 'The worker',
  needed: [...journalVariables, 'FINCORE_WORKER', 'FINCORE_QUEUE_URLS'],
  known: signInVariables,
} as const;
