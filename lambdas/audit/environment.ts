import { type EnvironmentOf, readEnvironment } from '../../src/compose/aws/read-environment';
import { signInVariables } from '../../src/compose/aws/sign-in';

/** What the stack of the stage tells the function. */
export const auditVariables = {
  program: 'The audit',
  needed: [
    'FINCORE_STAGE',
    'FINCORE_REGION',
    'FINCORE_JOURNAL_URL',
    'FINCORE_AUDIT_URL',
    'FINCORE_PARKING_BUCKET',
  ],
  known: [...signInVariables],
} as const;

export type AuditEnvironment = EnvironmentOf<
  (typeof auditVariables.needed)[number] | (typeof auditVariables.known)[number]
>;

/** @throws CommandRefused that names each variable that is missing or wrong */
export const readAuditEnvironment = (environment: NodeJS.ProcessEnv): AuditEnvironment =>
  readEnvironment(auditVariables, environment);
