import { type EnvironmentOf, readEnvironment } from '../../src/compose/aws/read-environment';
import { signInVariables } from '../../src/compose/aws/sign-in';

/** What the stack of the stage tells the function. */
export const verificationVariables = {
  program: 'The verification',
  needed: [
    'FINCORE_STAGE',
    'FINCORE_REGION',
    'FINCORE_JOURNAL_URL',
    'FINCORE_PAYMENT_URL',
    'FINCORE_LEDGER_URL',
    'FINCORE_AUDIT_URL',
  ],
  known: [...signInVariables],
} as const;

export type VerificationEnvironment = EnvironmentOf<
  (typeof verificationVariables.needed)[number] | (typeof verificationVariables.known)[number]
>;

/** @throws CommandRefused that names each variable that is missing or wrong */
export const readVerificationEnvironment = (environment: NodeJS.ProcessEnv): VerificationEnvironment =>
  readEnvironment(verificationVariables, environment);
