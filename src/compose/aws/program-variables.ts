import type { EnvironmentOf } from './read-environment';
import { signInVariables } from './sign-in';
import { stripeVariables } from './stripe-settings';

/** What the stack of the stage tells the API. */
export const paymentApiVariables = {
  program: 'The payment API',
  needed: [
    'FINCORE_STAGE',
    'FINCORE_REGION',
    'FINCORE_JOURNAL_URL',
    'FINCORE_PAYMENT_URL',
    'FINCORE_LEDGER_URL',
    'FINCORE_AUDIT_URL',
    'FINCORE_OPERATOR_SECRET_ARN',
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
    'FINCORE_LOG_LEVEL',
    'FINCORE_TRACE_COLLECTOR',
    'FINCORE_SHUTDOWN_TIMEOUT_MS',
  ],
} as const;

/** The same for the relay. */
export const relayVariables = {
  program: 'The relay',
  needed: [
    'FINCORE_STAGE',
    'FINCORE_REGION',
    'FINCORE_JOURNAL_URL',
    'FINCORE_STREAM_NAME',
    'FINCORE_QUEUE_URLS',
  ],
  known: [...signInVariables, 'FINCORE_LOG_LEVEL', 'FINCORE_TRACE_COLLECTOR'],
} as const;

/** The same for the migrations, which run as the owner of the databases. */
export const migrationVariables = {
  program: 'The migration',
  needed: [
    'FINCORE_STAGE',
    'FINCORE_REGION',
    'FINCORE_JOURNAL_URL',
    'FINCORE_PAYMENT_URL',
    'FINCORE_LEDGER_URL',
    'FINCORE_AUDIT_URL',
    'FINCORE_DATABASE_USERS',
  ],
  known: [...signInVariables, 'FINCORE_LEDGER_DATABASE_SECRET_ARN', 'FINCORE_DATABASE_FORMER_USERS'],
} as const;

type VariablesOf<Lists extends { readonly needed: readonly unknown[]; readonly known: readonly unknown[] }> =
  Lists['needed'][number] | Lists['known'][number];

export type PaymentApiEnvironment = EnvironmentOf<VariablesOf<typeof paymentApiVariables>>;
export type RelayEnvironment = EnvironmentOf<VariablesOf<typeof relayVariables>>;
