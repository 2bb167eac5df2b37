import { createIds } from '../../adapters/embedded/ids';
import { CommandRefused } from '../../configuration/command-refused';
import type { Environment } from '../../configuration/configuration';
import { type EnvironmentOf, readEnvironment } from '../../configuration/read-environment';
import { contexts } from '../../core/contexts';
import type { SecretStore } from '../../core/ports';
import { measuredGateway } from '../../workflows/payments/measured-gateway';
import { type JobParts, createJobHandler } from '../job-handlers';
import { sqsClient } from '../../adapters/aws/clients';
import { type JournalEnvironment, openFunctionStores } from './function-stores';
import type { FunctionObservation } from './observe-function';
import { observedWork } from './observed-work';
import { parseQueueUrls } from './queue-urls';
import { createQueueWorker } from '../../adapters/aws/job-queue/queue-worker';
import { openStripeAccount } from './stripe-account';
import { stripeSettings, stripeVariables } from './stripe-settings';

const maxConnections = 10;

type WorkerEnvironment = JournalEnvironment & EnvironmentOf<'FINCORE_WORKER' | 'FINCORE_QUEUE_URLS'>;
type Observation = Pick<FunctionObservation, 'log' | 'counts' | 'traced'>;

/** The worker of the context that FINCORE_WORKER names, as one function: it does the jobs of that context's queues. */
export async function openWorker(
  environment: WorkerEnvironment,
  observation: Observation,
  variables: Environment = process.env,
) {
  const { log } = observation;
  const { FINCORE_WORKER: name } = environment;
  const context = contexts.workers.find((each) => each.name === name);
  if (context === undefined)
    throw new CommandRefused(`FINCORE_WORKER is "${name}", which is no context that has jobs.`);
  const queues = parseQueueUrls(environment.FINCORE_QUEUE_URLS);
  const { records: journal, secrets } = await openFunctionStores(environment, log);
  const clock = Date.now;
  const gatewayFor =
    context.asksProviders === true
      ? await openGateways(environment, { secrets, variables, observation })
      : refuseProviders;
  const handler = createJobHandler(name, { journal, gatewayFor, clock, ids: createIds() });
  return createQueueWorker({
    client: sqsClient(environment.FINCORE_REGION),
    queues,
    handler: observedWork(handler, observation, clock),
    retries: Object.fromEntries(context.queues.map((queue) => [queue.name, queue.retry])),
    log,
  });
}

const refuseProviders: JobParts['gatewayFor'] = () => {
  throw new Error('the context of this worker does not declare that its jobs ask providers');
};

async function openGateways(
  environment: WorkerEnvironment,
  parts: {
    readonly secrets: SecretStore;
    readonly variables: Environment;
    readonly observation: Observation;
  },
): Promise<JobParts['gatewayFor']> {
  const { log, counts } = parts.observation;
  const settings = {
    ...environment,
    ...readEnvironment({ program: 'The worker', ...stripeVariables }, parts.variables),
  };
  const account = await openStripeAccount({
    secrets: parts.secrets,
    secretName: settings.FINCORE_STRIPE_SECRET_ARN,
    settings: stripeSettings(settings, { maxConnections, log }),
  });
  return (tenant, provider) => measuredGateway(account.gatewayFor(tenant, provider), counts, Date.now);
}
