import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Port } from 'aws-cdk-lib/aws-ec2';
import {
  AlarmBehavior,
  AlternateTarget,
  ListenerRuleConfiguration,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { publicUrlOf } from '../config/public-url';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from '../constructs/accept-findings';
import { databaseUserOf } from '../constructs/database-users';
import { Firewall } from '../constructs/firewall';
import { ImageTag } from '../constructs/image-tag';
import { letPublish, letSend } from '../constructs/narrow-grants';
import {
  everyStore,
  queueEnvironment,
  stageEnvironment,
  storeEnvironment,
} from '../constructs/program-environment';
import { ProgramService } from '../constructs/program-service';
import { ProgramTask } from '../constructs/program-task';
import { PublicLoadBalancer, testPort } from '../constructs/public-load-balancer';
import { errorShare } from '../observability/error-share';
import { GreenCanary } from '../pipeline/green-canary';
import type { DataStack } from './data';
import type { MigrationStack } from './migration';
import type { NetworkStack } from './network';
import type { StreamingStack } from './streaming';

export interface PaymentApiStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly streaming: StreamingStack;
  readonly migration: MigrationStack;
}

const apiPort = 4000;
/** A new version is watched for this long, with the old one ready to take the traffic back. */
const bakeTime = Duration.minutes(10);
/** Share of answers, in percent, above which a new version is taken back. */
const toleratedFaultsPercent = 1;

/** What callers reach: the load balancer, its firewall and the API; and the relay, which publishes what the API has written. */
export class PaymentApiStack extends Stack {
  readonly balancer: PublicLoadBalancer;
  readonly firewall: Firewall | null;
  readonly api: ProgramService;
  /** Charges a new version before callers reach it. */
  readonly greenCanary: GreenCanary;
  readonly apiTask: ProgramTask;
  readonly relay: ProgramService;
  readonly relayTask: ProgramTask;
  /** Goes off during a deployment and takes it back. */
  readonly deploymentAlarm: Alarm;
  readonly cluster: ICluster;
  private readonly imageTag: string;

  constructor(scope: Construct, id: string, props: PaymentApiStackProps) {
    super(scope, id, props);
    const { configuration, network, data, migration } = props;
    this.cluster = migration.cluster;
    this.imageTag = new ImageTag(this).valueAsString;
    this.balancer = new PublicLoadBalancer(this, 'LoadBalancer', {
      configuration,
      vpc: network.vpc,
      accessLogs: data.accessLogs,
      egressAddresses: network.egressAddresses,
      taskPort: apiPort,
    });
    this.firewall = this.createFirewall(props);
    this.deploymentAlarm = this.createDeploymentAlarm();
    this.apiTask = this.createApiTask(props);
    this.api = this.createApi(props);
    this.greenCanary = this.tryNewVersions(props);
    this.relayTask = this.createRelayTask(props);
    this.relay = this.createRelay(props);
    new CfnOutput(this, 'PublicUrl', { value: publicUrlOf(configuration) });
  }

  private createFirewall({ configuration, network }: PaymentApiStackProps): Firewall | null {
    const { firewall } = configuration.api;
    if (firewall.kind === 'none') return null;
    const created = new Firewall(this, 'Firewall', {
      configuration,
      logKey: network.operationsKey,
      scope: 'REGIONAL',
      requestsPerAddressPerFiveMinutes: firewall.requestsPerAddressPerFiveMinutes,
    });
    created.protect(this.balancer.loadBalancer.loadBalancerArn);
    return created;
  }

  /** Of the whole load balancer: during a deployment both groups answer callers. */
  private createDeploymentAlarm(): Alarm {
    return errorShare(this.balancer.loadBalancer, Duration.minutes(1)).createAlarm(this, 'DeploymentAlarm', {
      alarmDescription: 'A deployment of the API is taken back: more than 1% of the answers are faults.',
      threshold: toleratedFaultsPercent,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      // Without requests there are no faults.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private createApiTask({ configuration, network, data }: PaymentApiStackProps): ProgramTask {
    const { cpuUnits, memoryMiB } = configuration.api;
    return new ProgramTask(this, 'ApiTask', {
      configuration,
      operationsKey: network.operationsKey,
      images: data.images,
      imageTag: this.imageTag,
      program: 'aws-api.js',
      databaseUser: databaseUserOf('api'),
      isTraced: true,
      cpuUnits,
      memoryMiB,
      port: apiPort,
      environment: {
        ...stageEnvironment(configuration),
        ...storeEnvironment(data, databaseUserOf('api'), 'task', everyStore),
        FINCORE_DATABASE_AUTH: 'iam',
        FINCORE_HOST: '0.0.0.0',
        FINCORE_PORT: String(apiPort),
        FINCORE_PUBLIC_URL: publicUrlOf(configuration),
        FINCORE_TRUSTED_PROXIES: configuration.network.cidr,
        FINCORE_KEEP_KEYS_DAYS: String(configuration.retention.keysDays),
        FINCORE_KEEP_REFUSALS_DAYS: String(configuration.retention.refusalsDays),
        FINCORE_REDIS_URL: data.cache.url,
        FINCORE_REDIS_SECRET_ARN: data.cache.secret.secretArn,
        FINCORE_STRIPE_SECRET_ARN: data.stripeSecret.secretArn,
        FINCORE_OPERATOR_SECRET_ARN: data.operatorSecret.secretArn,
        FINCORE_SEALING_SECRET_ARN: data.sealingSecret.secretArn,
      },
    });
  }

  private createApi({ configuration, network, data }: PaymentApiStackProps): ProgramService {
    const { balancer } = this;
    const { minimumTasks, maximumTasks, targetCpuPercent } = configuration.api;
    const api = new ProgramService(this, 'Api', {
      configuration,
      vpc: network.vpc,
      cluster: this.cluster,
      task: this.apiTask,
      description: 'The API',
      tasks: { kind: 'by-cpu', minimum: minimumTasks, maximum: maximumTasks, targetCpuPercent },
      takeover: {
        kind: 'blue-green',
        bakeTime,
        alarms: { alarmNames: [this.deploymentAlarm.alarmName], behavior: AlarmBehavior.ROLLBACK_ON_ALARM },
      },
    });
    api.service
      .loadBalancerTarget({
        containerName: this.apiTask.container.containerName,
        containerPort: apiPort,
        alternateTarget: new AlternateTarget('Takeover', {
          alternateTargetGroup: balancer.green,
          productionListener: ListenerRuleConfiguration.applicationListenerRule(balancer.productionRule),
          testListener: ListenerRuleConfiguration.applicationListenerRule(balancer.testRule),
        }),
      })
      .attachToApplicationTargetGroup(balancer.blue);
    acceptFindings(api, {
      rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers]',
      reason: 'AWS keeps this policy to what ECS does with load balancers when versions are exchanged.',
      until: '2027-11-30',
    });
    balancer.loadBalancer.connections.allowTo(api.securityGroup, Port.tcp(apiPort), 'The API');
    const identity = this.apiTask.definition.taskRole;
    for (const store of data.clusters)
      store.admit({ network: api.securityGroup, identity }, databaseUserOf('api'), 'task');
    api.securityGroup.connections.allowToDefaultPort(data.cache, 'The cache');
    data.cache.secret.grantRead(identity);
    data.stripeSecret.grantRead(identity);
    data.operatorSecret.grantRead(identity);
    data.sealingSecret.grantRead(identity);
    return api;
  }

  /** A version that cannot be charged never gets the traffic. */
  private tryNewVersions({ configuration, network, data }: PaymentApiStackProps): GreenCanary {
    const canary = new GreenCanary(this, 'GreenCanary', {
      configuration,
      vpc: network.vpc,
      operationsKey: network.operationsKey,
      secret: data.canarySecret,
      testPort,
    });
    canary.guard(this.api.service);
    return canary;
  }

  private createRelayTask({ configuration, network, data, streaming }: PaymentApiStackProps): ProgramTask {
    const { cpuUnits, memoryMiB } = configuration.relay;
    return new ProgramTask(this, 'RelayTask', {
      configuration,
      operationsKey: network.operationsKey,
      images: data.images,
      imageTag: this.imageTag,
      program: 'aws-relay.js',
      databaseUser: databaseUserOf('relay'),
      isTraced: true,
      cpuUnits,
      memoryMiB,
      environment: {
        ...stageEnvironment(configuration),
        ...storeEnvironment(data, databaseUserOf('relay'), 'task', ['journal']),
        FINCORE_DATABASE_AUTH: 'iam',
        FINCORE_STREAM_NAME: streaming.stream.streamName,
        ...queueEnvironment(streaming, (value) => this.toJsonString(value)),
      },
    });
  }

  private createRelay({ configuration, network, data, streaming }: PaymentApiStackProps): ProgramService {
    const { tasks } = configuration.relay;
    const relay = new ProgramService(this, 'Relay', {
      configuration,
      vpc: network.vpc,
      cluster: this.cluster,
      task: this.relayTask,
      description: 'The relay',
      tasks: { kind: 'fixed', count: tasks },
      takeover: { kind: 'rolling' },
    });
    const identity = this.relayTask.definition.taskRole;
    data.stores.admit({ network: relay.securityGroup, identity }, databaseUserOf('relay'), 'task');
    letPublish(identity, streaming.stream);
    letSend(
      identity,
      streaming.queues.map(({ queue }) => queue),
    );
    return relay;
  }
}
