import { type EnvironmentOf, readEnvironment } from '../../src/compose/aws/read-environment';
import { signInVariables } from '../../src/compose/aws/sign-in';

/** What the stack of the stage tells the function. */
export const projectionistVariables = {
  program: 'The projectionist',
  needed: [
    'FINCORE_STAGE',
    'FINCORE_REGION',
    'FINCORE_JOURNAL_URL',
    'FINCORE_PAYMENT_URL',
    'FINCORE_PARKING_BUCKET',
  ],
  known: [...signInVariables],
} as const;

export type ProjectionistEnvironment = EnvironmentOf<
  (typeof projectionistVariables.needed)[number] | (typeof projectionistVariables.known)[number]
>;

/** @throws CommandRefused that names each variable that is missing or wrong */
export const readProjectionistEnvironment = (environment: NodeJS.ProcessEnv): ProjectionistEnvironment =>
  readEnvironment(projectionistVariables, environment);
