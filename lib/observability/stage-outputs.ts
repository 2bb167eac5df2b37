import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { StageOutput } from '../../src/operations/doctor/stage-map';
import { constructName } from '../constructs/construct-name';
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
      [`Queue${constructName(name)}`, queue.queueUrl] as const,
      [`DeadLetters${constructName(name)}`, deadLetterQueue.queueUrl] as const,
    ]),
    ...resources.databases.map(
      ({ name, cluster }) => [`Database${constructName(name)}`, cluster.clusterIdentifier] as const,
    ),
    ...functionsOf(resources).map(
      (each) => [`Function${constructName(each.name)}`, each.function.functionName] as const,
    ),
    ...resources.logGroups.map(
      ({ name, logGroup }) => [`Log${constructName(name)}`, logGroup.logGroupName] as const,
    ),
    ...resources.secrets.map(
      ({ name, secret }) => [`Secret${constructName(name)}`, secret.secretArn] as const,
    ),
  ];
}

const functionsOf = ({ workers, readers, verification }: ObservedResources) => [
  ...workers,
  ...readers,
  { name: 'verification', function: verification },
];
