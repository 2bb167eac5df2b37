import { signInVariables } from '../../src/compose/aws/sign-in';
import { storeVariables } from '../../src/compose/aws/store-variables';

/** What the stack of the stage tells the function. */
export const verificationVariables = {
  program: 'The verification',
  needed: storeVariables,
  known: signInVariables,
} as const;
