import { App, Stack } from 'aws-cdk-lib';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, InstanceType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StageConfiguration } from '../../../lib/config/stage-configuration';
import type { ChargeCanaryResources } from '../../../lib/observability/charge-canary';
import type { ObservedResources } from '../../../lib/observability/observed-resources';
import { ObservabilityStack } from '../../../lib/stacks/observability';

/** The Observability stack over resources of the kinds that a stage has, in their plainest form. */
export function watchedStage(configuration: StageConfiguration): { app: App; stack: ObservabilityStack } {
  const app = new App();
  const env = { account: configuration.account, region: configuration.region };
  const watched = new Stack(app, 'Watched', { env });
  const stack = new ObservabilityStack(app, 'Observability', {
    env,
    configuration,
    resources: resourcesIn(watched),
    canary: canaryIn(watched),
  });
  return { app, stack };
}

function resourcesIn(stack: Stack): ObservedResources {
  const vpc = new Vpc(stack, 'Vpc') as IVpc;
  const lambda = (id: string) =>
    new Function(stack, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('0'),
    });
  const loadBalancer = new ApplicationLoadBalancer(stack, 'LoadBalancer', { vpc });
  const targetGroups = ['Blue', 'Green'].map(
    (id) => new ApplicationTargetGroup(stack, id, { vpc, port: 8080, targetType: TargetType.IP }),
  );
  loadBalancer.addListener('Listener', { port: 80, defaultTargetGroups: targetGroups });
  const service = serviceOf(stack, vpc);
  return {
    queues: ['payments', 'payments-follow-up'].map((name) => ({
      name,
      queue: new Queue(stack, `${name}-queue`),
      deadLetterQueue: new Queue(stack, `${name}-dead`),
      isPrompt: name === 'payments',
    })),
    stream: new Stream(stack, 'Stream'),
    readers: ['projectionist', 'ledger', 'audit'].map((name) => ({ name, function: lambda(name) })),
    verification: lambda('verification'),
    workers: [{ name: 'worker', function: lambda('worker') }],
    secrets: ['stripe', 'operator', 'canary'].map((name) => ({
      name,
      secret: new Secret(stack, `${name}-secret`) as ISecret,
    })),
    api: { loadBalancer, targetGroups, service: service('Api') },
    relay: service('Relay'),
    databases: ['payments', 'ledger'].map((name) => ({ name, cluster: clusterOf(stack, vpc, name) })),
    certificates: [new Certificate(stack, 'Certificate', { domainName: 'pay.example.com' })],
    backupVault: new BackupVault(stack, 'Vault'),
    logGroups: ['payment-api', 'relay', 'worker', 'projectionist', 'ledger', 'audit', 'verification'].map(
      (name) => ({
        name,
        logGroup: new LogGroup(stack, `${name}-log`, { retention: RetentionDays.ONE_WEEK }),
      }),
    ),
  };
}

function serviceOf(stack: Stack, vpc: IVpc): (id: string) => FargateService {
  const cluster = new Cluster(stack, 'Cluster', { vpc }) as ICluster;
  return (id) => {
    const taskDefinition = new FargateTaskDefinition(stack, `${id}Task`);
    taskDefinition.addContainer('program', { image: ContainerImage.fromRegistry('program') });
    return new FargateService(stack, `${id}Service`, { cluster, taskDefinition, minHealthyPercent: 100 });
  };
}

const clusterOf = (stack: Stack, vpc: IVpc, name: string): DatabaseCluster =>
  new DatabaseCluster(stack, `${name}-cluster`, {
    vpc,
    engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_16_4 }),
    writer: ClusterInstance.provisioned('writer', { instanceType: new InstanceType('r8g.large') }),
  });

const canaryIn = (stack: Stack): ChargeCanaryResources => ({
  key: new Key(stack, 'OperationsKey'),
  accessLogs: new Bucket(stack, 'AccessLogs') as IBucket,
  secret: new Secret(stack, 'CanarySecret') as ISecret,
});
