import type { TenantId } from '../../core/kernel';
import { createIds } from '../../adapters/embedded/ids';
import type { Provider } from '../../core/ports';
import { measuredGateway } from '../../workflows/payments/measured-gateway';
import { paymentsContext } from '../../core/payments';
import { withResolutions } from '../../workflows/jobs/resolution-job';
import { createPaymentsHandler } from '../../workflows/payments/payments-handler';
import { sqsClient } from './clients';
import { type JournalEnvironment, openFunctionStores } from './function-stores';
import type { FunctionObservation } from './observe-function';
import { observedWork } from './observed-work';
import { parseQueueUrls } from './queue-urls';
import { createQueueWorker } from './queue-worker';
import type { EnvironmentOf } from '../../configuration/read-environment';
import { openStripeAccount } from './stripe-account';
import { type StripeEnvironment, stripeSettings } from './stripe-settings';

const maxConnections = 10;

/** The worker of payments as one function: the journal, the PSP, and the queues that its jobs come from. */
export async function openPaymentsWorker(
  environment: JournalEnvironment & StripeEnvironment & EnvironmentOf<'FINCORE_QUEUE_URLS'>,
  observation: Pick<FunctionObservation, 'log' | 'counts' | 'traced'>,
) {
  const { log, counts } = observation;
  const queues = parseQueueUrls(environment.FINCORE_QUEUE_URLS);
  const { records, secrets } = await openFunctionStores(environment, log);
  const account = await openStripeAccount({
    secrets,
    secretName: environment.FINCORE_STRIPE_SECRET_ARN,
    settings: stripeSettings(environment, { maxConnections, log }),
  });
  const clock = Date.now;
  const handler = createPaymentsHandler({
    journal: records,
    gatewayFor: (tenant: TenantId, provider: Provider) =>
      measuredGateway(account.gatewayFor(tenant, provider), counts, clock),
    clock,
    ids: createIds(),
  });
  return createQueueWorker({
    client: sqsClient(environment.FINCORE_REGION),
    queues,
    handler: observedWork(withResolutions(handler, { journal: records, clock }), observation, clock),
    retries: Object.fromEntries(paymentsContext.queues.map(({ name, retry }) => [name, retry])),
    log,
  });
}
