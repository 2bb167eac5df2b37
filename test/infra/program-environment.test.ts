import { auditVariables } from '../../lambdas/audit/environment';
import { ledgerVariables } from '../../lambdas/ledger/environment';
import { projectionistVariables } from '../../lambdas/projectionist/environment';
import { verificationVariables } from '../../lambdas/verification/environment';
import { workerVariables } from '../../lambdas/worker/environment';
import {
  migrationVariables,
  paymentApiVariables,
  relayVariables,
} from '../../src/compose/aws/program-variables';
import { resourcesOf, readCloud } from './synthesised-cloud';

const cloud = readCloud();

interface Variables {
  readonly needed: readonly string[];
  readonly known: readonly string[];
}

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
    ['worker', workerVariables, () => ofFunction(stage, 'Worker')],
    ['projectionist', projectionistVariables, () => ofFunction(stage, 'Projectionist')],
    ['ledger', ledgerVariables, () => ofFunction(stage, 'Ledger')],
    ['audit', auditVariables, () => ofFunction(stage, 'Audit')],
    ['verification', verificationVariables, () => ofFunction(stage, 'Verification')],
    ['payment API', paymentApiVariables, () => ofTask(stage, 'PaymentApi', 'ApiTask')],
    ['relay', relayVariables, () => ofTask(stage, 'PaymentApi', 'RelayTask')],
    ['migration', migrationVariables, () => ofTask(stage, 'Migration', 'Migrate')],
  ];

  it.each(programs)('is all that the %s needs', (_name, { needed }, told) => {
    expect(told()).toEqual(expect.arrayContaining([...needed]));
  });

  it.each(programs)('is nothing that the %s does not know', (_name, { needed, known }, told) => {
    expect([...needed, ...known]).toEqual(expect.arrayContaining(told().filter(isOurs)));
  });
});
