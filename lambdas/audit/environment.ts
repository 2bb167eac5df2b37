import { type EnvironmentOf, readEnvironment } from '../../src/compose/aws/read-environment';

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
  known: [
    'FINCORE_DATABASE_AUTH',
    'FINCORE_DATABASE_SECRET_ARN',
    'FINCORE_DATABASE_ENDPOINT',
    'FINCORE_DATABASE_CA_FILE',
  ],
} as const;

export type AuditEnvironment = EnvironmentOf<
  (typeof auditVariables.needed)[number] | (typeof auditVariables.known)[number]
>;

/** @throws CommandRefused that names each variable that is missing or wrong */
export const readAuditEnvironment = (environment: NodeJS.ProcessEnv): AuditEnvironment =>
  readEnvironment(auditVariables, environment);
