import type { EnvironmentFor } from '../../configuration/read-environment';
import { signInVariables } from './sign-in';
import { journalVariables, storeVariables } from './store-variables';
import { stripeVariables } from './stripe-settings';

/** What the stack of the stage tells the API. */
export const paymentApiVariables = {
  program: 'The payment API',
  needed: [
    ...storeVariables,
    'FINCORE_OPERATOR_SECRET_ARN',
    'FINCORE_SEALING_SECRET_ARN',
    ...stripeVariables.needed,
  ],
  known: [
    ...signInVariables,
    ...stripeVariables.known,
    'FINCORE_REDIS_URL',
    'FINCORE_REDIS_SECRET_ARN',
    'FINCORE_DATABASE_POOL_SIZE',
    'FINCORE_PORT',
    'FINCORE_HOST',
    'FINCORE_TRUSTED_PROXIES',
    'FINCORE_RATE_LIMIT_PER_SECOND',
    'FINCORE_RATE_LIMIT_ANONYMOUS_PER_MINUTE',
    'FINCORE_CHARGE_EXPIRES_AFTER_SECONDS',
    'FINCORE_KEEP_KEYS_DAYS',
    'FINCORE_KEEP_REFUSALS_DAYS',
    'FINCORE_LOG_LEVEL',
    'FINCORE_TRACE_COLLECTOR',
    'FINCORE_SHUTDOWN_TIMEOUT_MS',
  ],
} as const;

/** The same for the relay. */
export const relayVariables = {
  program: 'The relay',
  needed: [...journalVariables, 'FINCORE_STREAM_NAME', 'FINCORE_QUEUE_URLS'],
  known: [...signInVariables, 'FINCORE_LOG_LEVEL', 'FINCORE_TRACE_COLLECTOR'],
} as const;

/** The same for the migrations, which run as the owner of the databases. */
export const migrationVariables = {
  program: 'The migration',
  needed: [...storeVariables, 'FINCORE_DATABASE_USERS'],
  known: [...signInVariables, 'FINCORE_LEDGER_DATABASE_SECRET_ARN', 'FINCORE_DATABASE_FORMER_USERS'],
} as const;

export type PaymentApiEnvironment = EnvironmentFor<typeof paymentApiVariables>;
export type RelayEnvironment = EnvironmentFor<typeof relayVariables>;
