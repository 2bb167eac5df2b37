import { Duration, TimeZone } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AvailabilityZoneRebalancing,
  type DeploymentAlarmConfig,
  DeploymentStrategy,
  FargatePlatformVersion,
  FargateService,
  type ICluster,
  PropagatedTagSource,
  type ScalableTaskCount,
} from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { subnetGroups } from '../config/subnet-groups';
import type { ProgramTask } from './program-task';

export interface ProgramServiceProps {
  readonly configuration: StageConfiguration;
  readonly vpc: IVpc;
  readonly cluster: ICluster;
  readonly task: ProgramTask;
  readonly description: string;
  readonly tasks: TaskCount;
  /** How a new version takes over. */
  readonly takeover:
    | { readonly kind: 'rolling' }
    /** The new version runs beside the old one; a deployment during or after which an alarm goes off is taken back. */
    | { readonly kind: 'blue-green'; readonly bakeTime: Duration; readonly alarms: DeploymentAlarmConfig };
}

/** How many tasks run while tasks run at all. */
export type TaskCount =
  | { readonly kind: 'fixed'; readonly count: number }
  | {
      readonly kind: 'by-cpu';
      readonly minimum: number;
      readonly maximum: number;
      readonly targetCpuPercent: number;
    };

/** Tasks of one program that are kept running: in private subnets, over the zones, and taken back when they do not start. */
export class ProgramService extends Construct {
  readonly service: FargateService;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: ProgramServiceProps) {
    super(scope, id);
    const { configuration, vpc, cluster, task, description, tasks, takeover } = props;
    const rests = configuration.compute.workingHours.kind !== 'always';
    const isScaled = tasks.kind === 'by-cpu' || rests;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description,
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS services and the PSP');
    this.service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: task.definition,
      platformVersion: FargatePlatformVersion.LATEST,
      // CloudFormation would set a named count with every deployment, and override the scaling.
      ...(isScaled ? {} : { desiredCount: tasks.count }),
      assignPublicIp: false,
      vpcSubnets: { subnetGroupName: subnetGroups.application },
      securityGroups: [this.securityGroup],
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      capacityProviderStrategies: [
        { capacityProvider: configuration.compute.spot ? 'FARGATE_SPOT' : 'FARGATE', weight: 1 },
      ],
      enableExecuteCommand: false,
      propagateTags: PropagatedTagSource.SERVICE,
      ...(takeover.kind === 'blue-green'
        ? {
            deploymentStrategy: DeploymentStrategy.BLUE_GREEN,
            bakeTime: takeover.bakeTime,
            deploymentAlarms: takeover.alarms,
          }
        : {}),
    });
    if (!isScaled) return;
    const capacity = capacityOf(tasks);
    const scaling = this.service.autoScaleTaskCount(capacity);
    if (tasks.kind === 'by-cpu') scaleByCpu(scaling, tasks.targetCpuPercent);
    keepHours(scaling, configuration.compute.workingHours, capacity);
  }
}

interface Capacity {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

const capacityOf = (tasks: TaskCount): Capacity =>
  tasks.kind === 'fixed'
    ? { minCapacity: tasks.count, maxCapacity: tasks.count }
    : { minCapacity: tasks.minimum, maxCapacity: tasks.maximum };

const scaleByCpu = (scaling: ScalableTaskCount, targetUtilizationPercent: number): void =>
  scaling.scaleOnCpuUtilization('Cpu', {
    targetUtilizationPercent,
    scaleOutCooldown: Duration.seconds(30),
    scaleInCooldown: Duration.minutes(5),
  });

function keepHours(
  scaling: ScalableTaskCount,
  hours: StageConfiguration['compute']['workingHours'],
  capacity: Capacity,
): void {
  if (hours.kind === 'always') return;
  const timeZone = TimeZone.of(hours.timeZone);
  const at = (hour: number) => Schedule.cron({ minute: '0', hour: String(hour), weekDay: 'MON-FRI' });
  scaling.scaleOnSchedule('Open', {
    schedule: at(hours.startHour),
    timeZone,
    ...capacity,
  });
  scaling.scaleOnSchedule('Close', {
    schedule: at(hours.stopHour),
    timeZone,
    minCapacity: 0,
    maxCapacity: 0,
  });
}
