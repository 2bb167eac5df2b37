import type { Log } from '../../core/ports';
import type { EnvironmentFor, EnvironmentOf } from '../../configuration/read-environment';
import type { StripeAccountOptions } from './stripe-account';

/** What every program that calls Stripe needs to know, and what it also understands. */
export const stripeVariables = {
  needed: ['FINCORE_STRIPE_SECRET_ARN', 'FINCORE_PUBLIC_URL'],
  known: [
    'FINCORE_INSTALLATION',
    'FINCORE_STRIPE_HOST',
    'FINCORE_STRIPE_PORT',
    'FINCORE_STRIPE_PROTOCOL',
    'FINCORE_PSP_TIMEOUT_MS',
  ],
} as const;

export type StripeEnvironment = EnvironmentFor<typeof stripeVariables>;

export function stripeSettings(
  environment: StripeEnvironment & EnvironmentOf<'FINCORE_STAGE'>,
  { maxConnections, log }: { readonly maxConnections: number; readonly log: Pick<Log, 'warn'> },
): StripeAccountOptions['settings'] {
  const { FINCORE_STRIPE_HOST: host } = environment;
  return {
    installation: environment.FINCORE_INSTALLATION ?? environment.FINCORE_STAGE,
    timeoutMs: environment.FINCORE_PSP_TIMEOUT_MS,
    maxConnections,
    returnUrl: `${environment.FINCORE_PUBLIC_URL}/`,
    log: (line) => log.warn({ psp: 'stripe' }, line),
    ...(host === ''
      ? {}
      : { host, port: environment.FINCORE_STRIPE_PORT, protocol: environment.FINCORE_STRIPE_PROTOCOL }),
  };
}
