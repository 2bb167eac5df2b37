import { type EnvironmentOf, readEnvironment } from '../../src/compose/aws/read-environment';

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
  known: [
    'FINCORE_DATABASE_AUTH',
    'FINCORE_DATABASE_SECRET_ARN',
    'FINCORE_DATABASE_ENDPOINT',
    'FINCORE_DATABASE_CA_FILE',
  ],
} as const;

export type VerificationEnvironment = EnvironmentOf<
  (typeof verificationVariables.needed)[number] | (typeof verificationVariables.known)[number]
>;

/** @throws CommandRefused that names each variable that is missing or wrong */
export const readVerificationEnvironment = (environment: NodeJS.ProcessEnv): VerificationEnvironment =>
  readEnvironment(verificationVariables, environment);
