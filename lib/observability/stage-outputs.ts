import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { StageOutput } from '../../src/operations/doctor/stage-map';
import type { StageConfiguration } from '../config/stage-configuration';
import type { AlarmTopics } from './alarm-topics';
import type { ChargeCanary } from './charge-canary';
import type { ObservedResources } from './observed-resources';

export interface StageOutputsProps {
  readonly configuration: StageConfiguration;
  readonly resources: ObservedResources;
  readonly topics: AlarmTopics;
  readonly canary: ChargeCanary | null;
}

/** Says where everything is that is looked after: `npx fincore doctor` and the commands of the runbook find it by these. */
export function addStageOutputs(stack: Stack, props: StageOutputsProps): void {
  const outputs = new Construct(stack, 'Outputs');
  for (const [name, value] of outputsOf(props))
    new CfnOutput(outputs, name, { value }).overrideLogicalId(name);
}

function outputsOf(props: StageOutputsProps): readonly (readonly [StageOutput, string])[] {
  const { configuration, resources, topics, canary } = props;
  const { api, relay, stream, backupVault, certificates } = resources;
  const [certificate] = certificates;
  return [
    ['FinCoreStage', configuration.stage],
    ['ApiUrl', `https://${configuration.api.domainName}`],
    ['StreamName', stream.streamName],
    ['Cluster', api.service.cluster.clusterName],
    ['ApiService', api.service.serviceName],
    ['RelayService', relay.serviceName],
    ['TopicPage', topics.topicOf('page').topicArn],
    ['TopicWarn', topics.topicOf('warn').topicArn],
    ...(canary === null ? [] : [['Canary', canary.canary.canaryName] as const]),
    ['BackupVault', backupVault.backupVaultName],
    ...(certificate === undefined ? [] : [['Certificate', certificate.certificateArn] as const]),
    ...resources.queues.flatMap(({ name, queue, deadLetterQueue }) => [
      [`Queue${pascal(name)}`, queue.queueUrl] as const,
      [`DeadLetters${pascal(name)}`, deadLetterQueue.queueUrl] as const,
    ]),
    ...resources.databases.map(
      ({ name, cluster }) => [`Database${pascal(name)}`, cluster.clusterIdentifier] as const,
    ),
    ...functionsOf(resources).map(
      (each) => [`Function${pascal(each.name)}`, each.function.functionName] as const,
    ),
    ...resources.logGroups.map(
      ({ name, logGroup }) => [`Log${pascal(name)}`, logGroup.logGroupName] as const,
    ),
    ...resources.secrets.map(({ name, secret }) => [`Secret${pascal(name)}`, secret.secretArn] as const),
  ];
}

const functionsOf = ({ workers, readers, verification }: ObservedResources) => [
  ...workers,
  ...readers,
  { name: 'verification', function: verification },
];

/** `payments-follow-up` is `PaymentsFollowUp`, as CloudFormation names outputs. */
const pascal = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
