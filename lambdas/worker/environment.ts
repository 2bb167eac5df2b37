import { type EnvironmentOf, readEnvironment } from '../../src/compose/aws/read-environment';
import { signInVariables } from '../../src/compose/aws/sign-in';

/** What the stack of the stage tells the function. */
export const workerVariables = {
  program: 'The worker',
  needed: [
    'FINCORE_STAGE',
    'FINCORE_REGION',
    'FINCORE_JOURNAL_URL',
    'FINCORE_QUEUE_URLS',
    'FINCORE_STRIPE_SECRET_ARN',
    'FINCORE_PUBLIC_URL',
  ],
  known: [
    ...signInVariables,
    'FINCORE_STRIPE_HOST',
    'FINCORE_STRIPE_PORT',
    'FINCORE_STRIPE_PROTOCOL',
    'FINCORE_PSP_TIMEOUT_MS',
  ],
} as const;

export type WorkerEnvironment = EnvironmentOf<
  (typeof workerVariables.needed)[number] | (typeof workerVariables.known)[number]
>;

/** @throws CommandRefused that names each variable that is missing or wrong */
export const readWorkerEnvironment = (environment: NodeJS.ProcessEnv): WorkerEnvironment =>
  readEnvironment(workerVariables, environment);
