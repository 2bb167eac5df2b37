import { signInVariables } from '../../src/compose/aws/sign-in';
import { journalVariables } from '../../src/compose/aws/store-variables';
import { stripeVariables } from '../../src/compose/aws/stripe-settings';

/** What the stack of the stage tells the function. */
export const workerVariables = {
  program: 'The worker',
  needed: [...journalVariables, 'FINCORE_QUEUE_URLS', ...stripeVariables.needed],
  known: [...signInVariables, ...stripeVariables.known],
} as const;
