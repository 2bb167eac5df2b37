import { createSqsJobSender } from '../../adapters/aws/job-queue/sqs-job-sender';
import { createIds } from '../../adapters/embedded/ids';
import { createDeliveryStore } from '../../adapters/postgres/webhooks/delivery-store';
import type { SealingKeys } from '../../adapters/webhooks/sealed-secrets';
import { CommandRefused } from '../../configuration/command-refused';
import type { Environment } from '../../configuration/configuration';
import { type EnvironmentOf, readEnvironment } from '../../configuration/read-environment';
import { contexts } from '../../core/contexts';
import type { SecretStore } from '../../core/ports';
import { measuredGateway } from '../../workflows/payments/measured-gateway';
import { type JobParts, createJobHandler } from '../job-handlers';
import { sqsClient } from '../../adapters/aws/clients';
import { openWebhookPorts } from '../webhooks';
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
  const { records: journal, journalPool, secrets } = await openFunctionStores(environment, log);
  const clock = Date.now;
  const gatewayFor =
    context.asksProviders === true
      ? await openGateways(environment, { secrets, variables, observation })
      : refuseProviders;
  const sealingKeys =
    context.opensSecrets === true ? openSealingKeys(secrets, variables) : refuseSealedSecrets;
  const client = sqsClient(environment.FINCORE_REGION);
  const handler = createJobHandler(name, {
    journal,
    gatewayFor,
    clock,
    ids: createIds(),
    queue: createSqsJobSender({ client, queues }),
    deliveries: createDeliveryStore(journalPool),
    webhooks: openWebhookPorts({ sealingKeys, arePrivateAllowed: false }),
    random: Math.random,
    log,
  });
  return createQueueWorker({
    client,
    queues,
    handler: observedWork(handler, observation, clock),
    retries: Object.fromEntries(context.queues.map((queue) => [queue.name, queue.retry])),
    log,
  });
}

const refuseProviders: JobParts['gatewayFor'] = () => {
  throw new Error('the context of this worker does not declare that its jobs ask providers');
};

const refuseSealedSecrets: SealingKeys = () =>
  Promise.reject(new Error('the context of this worker does not declare that its jobs open secrets'));

function openSealingKeys(secrets: SecretStore, variables: Environment): SealingKeys {
  const { FINCORE_SEALING_SECRET_ARN: name } = readEnvironment(
    { program: 'The worker', needed: ['FINCORE_SEALING_SECRET_ARN'], known: [] },
    variables,
  );
  return () => secrets.versions(name);
}

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
