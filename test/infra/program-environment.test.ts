import { readerVariables } from '../../lambdas/reader/environment';
import { constructName } from '../../lib/constructs/construct-name';
import { verificationVariables } from '../../lambdas/verification/environment';
import { workerVariables } from '../../lambdas/worker/environment';
import {
  migrationVariables,
  paymentApiVariables,
  relayVariables,
} from '../../src/compose/aws/program-variables';
import { stripeVariables } from '../../src/compose/aws/stripe-settings';
import { contexts } from '../../src/core/contexts';
import { resourcesOf, readCloud } from './synthesised-cloud';

const cloud = readCloud();

interface Variables {
  readonly needed: readonly string[];
  readonly known: readonly string[];
}

/** Its jobs ask a provider. */
const paymentsWorker: Variables = {
  needed: [...workerVariables.needed, ...stripeVariables.needed],
  known: [...workerVariables.known, ...stripeVariables.known],
};

/** Others, such as those of Node.js and of Powertools, are not read by FinCore. */
const isOurs = (name: string): boolean => name.startsWith('FINCORE_');

function ofFunction(stage: 'dev' | 'production', prefix: string): readonly string[] {
  const found = resourcesOf(cloud.template(stage, 'Functions'), 'AWS::Lambda::Function').find(([id]) =>
    id.startsWith(prefix),
  );
  const environment = found?.[1].Properties?.['Environment'] as { readonly Variables: object };
  return Object.keys(environment.Variables);
}

function ofTask(stage: 'dev' | 'production', stack: string, prefix: string): readonly string[] {
  const found = resourcesOf(cloud.template(stage, stack), 'AWS::ECS::TaskDefinition').find(([id]) =>
    id.startsWith(prefix),
  );
  const [container] = found?.[1].Properties?.['ContainerDefinitions'] as readonly [
    { readonly Environment: readonly { readonly Name: string }[] },
  ];
  return container.Environment.map(({ Name }) => Name);
}

describe.each(['dev', 'production'] as const)('what the programs of %s are told', (stage) => {
  const programs: readonly [string, Variables, () => readonly string[]][] = [
    ['worker of payments', paymentsWorker, () => ofFunction(stage, 'WorkerPayments')],
    ...contexts.streamReaders.map((reader): (typeof programs)[number] => [
      `reader ${reader}`,
      readerVariables,
      () => ofFunction(stage, constructName(reader)),
    ]),
    ['verification', verificationVariables, () => ofFunction(stage, 'Verification')],
    ['payment API', paymentApiVariables, () => ofTask(stage, 'PaymentApi', 'ApiTask')],
    ['relay', relayVariables, () => ofTask(stage, 'PaymentApi', 'RelayTask')],
    ['migration', migrationVariables, () => ofTask(stage, 'Migration', 'Migrate')],
  ];

  it.each(programs)('is all that the %s needs', (_name, { needed }, told) => {
    expect(told()).toEqual(expect.arrayContaining([...needed]));
  });

  it('includes for how long the API keeps answers and refusals', () => {
    expect(ofTask(stage, 'PaymentApi', 'ApiTask')).toEqual(
      expect.arrayContaining(['FINCORE_KEEP_KEYS_DAYS', 'FINCORE_KEEP_REFUSALS_DAYS']),
    );
  });

  it.each(programs)('is nothing that the %s does not know', (_name, { needed, known }, told) => {
    expect([...needed, ...known]).toEqual(expect.arrayContaining(told().filter(isOurs)));
  });
});
