import type { AwsVariable } from '../../src/configuration/environment-entries';
import type { StoreName } from '../../src/configuration/store-names';
import type { StageConfiguration } from '../config/stage-configuration';
import type { DataStack } from '../stacks/data';
import type { StreamingStack } from '../stacks/streaming';
import type { DatabaseRoute } from './aurora-store';

/** Variables for a program. No secret is among them: a secret's place is, and the program reads it there. */
export type ProgramEnvironment = Readonly<Record<string, string>>;

/** The environment of every program. */
export function stageEnvironment({ stage, region }: StageConfiguration): ProgramEnvironment {
  return { FINCORE_STAGE: stage, FINCORE_REGION: region };
}

const variables = {
  journal: 'FINCORE_JOURNAL_URL',
  readModels: 'FINCORE_READ_MODELS_URL',
  ledger: 'FINCORE_LEDGER_URL',
  audit: 'FINCORE_AUDIT_URL',
} as const satisfies Readonly<Record<StoreName, AwsVariable>>;

/** Of every store. */
export const everyStore = Object.keys(variables) as readonly StoreName[];

/**
 * Where stores are, and which user signs in there on this route. Clusters show certificates of RDS, which only images
 * and the runtime of Lambda know; the proxy shows one that everybody knows.
 */
export function storeEnvironment(
  data: DataStack,
  user: string,
  route: DatabaseRoute,
  stores: readonly StoreName[],
): ProgramEnvironment {
  const usesProxy = route === 'function' && data.stores.proxy !== null;
  const urls = stores.map((store) => [
    variables[store],
    (store === 'ledger' ? data.ledger : data.stores).urlFor(user, route),
  ]);
  return {
    ...(Object.fromEntries(urls) as ProgramEnvironment),
    FINCORE_DATABASE_ENDPOINT: usesProxy ? 'proxy' : 'cluster',
    ...(usesProxy ? {} : { FINCORE_DATABASE_CA_FILE: certificateFiles[route] }),
  };
}

/** The Dockerfile puts the first one there; Lambda's runtime for Node.js has the second one. */
const certificateFiles: Readonly<Record<DatabaseRoute, string>> = {
  task: '/app/rds-certificates.pem',
  function: '/var/runtime/ca-cert.pem',
};

/** Where jobs are sent. */
export function queueEnvironment(
  streaming: StreamingStack,
  toJson: (value: object) => string,
): ProgramEnvironment {
  const urls = Object.fromEntries(
    streaming.queues.map(({ name, queue, deadLetters }) => [
      name,
      { url: queue.queueUrl, deadLetterUrl: deadLetters.queueUrl },
    ]),
  );
  return { FINCORE_QUEUE_URLS: toJson(urls) };
}
