import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights, type ICluster } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { subnetGroups } from '../config/subnet-groups';
import { administrator } from '../constructs/aurora-store';
import { acceptFindings } from '../constructs/accept-findings';
import { databaseUsers, formerUsers } from '../constructs/database-users';
import { ImageTag } from '../constructs/image-tag';
import {
  type ProgramEnvironment,
  everyStore,
  stageEnvironment,
  storeEnvironment,
} from '../constructs/program-environment';
import { ProgramTask } from '../constructs/program-task';
import type { DataStack } from './data';
import type { NetworkStack } from './network';

export interface MigrationStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  readonly network: NetworkStack;
  readonly data: DataStack;
}

/**
 * The task that brings the schemas up to date, and the cluster that it runs in. Apart from the services, so that it is
 * deployed with the new image, runs, and ends before a service takes the new image on: first expand, later contract.
 */
export class MigrationStack extends Stack {
  readonly cluster: ICluster;
  readonly task: ProgramTask;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: MigrationStackProps) {
    super(scope, id, props);
    const { configuration, network, data } = props;
    const { vpc, operationsKey } = network;
    const cluster = new Cluster(this, 'Cluster', {
      vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: configuration.isProtected ? ContainerInsights.ENABLED : ContainerInsights.DISABLED,
    });
    if (!configuration.isProtected)
      acceptFindings(cluster, {
        rule: 'AwsSolutions-ECS4',
        reason: 'Metrics of each container cost more than the tasks of a stage that is not protected.',
        until: '2027-11-30',
      });
    // The library's own class fits its interface only where optional properties may also be undefined.
    this.cluster = cluster as ICluster;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Migrations',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS services');
    this.task = new ProgramTask(this, 'Migrate', {
      configuration,
      operationsKey,
      images: data.images,
      imageTag: new ImageTag(this).valueAsString,
      program: 'aws-migrate.js',
      environment: { ...stageEnvironment(configuration), ...administration(data) },
      cpuUnits: 256,
      memoryMiB: 512,
    });
    for (const store of data.clusters) {
      store.letAdminister({ network: this.securityGroup, identity: this.task.definition.taskRole });
    }
    this.tellOperators(vpc);
  }

  /** Parameters of `aws ecs run-task`. */
  private tellOperators(vpc: IVpc): void {
    const { subnetIds } = vpc.selectSubnets({ subnetGroupName: subnetGroups.application });
    new CfnOutput(this, 'ClusterName', { value: this.cluster.clusterName });
    new CfnOutput(this, 'TaskDefinition', { value: this.task.definition.taskDefinitionArn });
    new CfnOutput(this, 'Subnets', { value: subnetIds.join(',') });
    new CfnOutput(this, 'SecurityGroupId', { value: this.securityGroup.securityGroupId });
  }
}

/** Migrations own the schemas, so they connect as the administrator, whose password RDS keeps in a secret. */
function administration(data: DataStack): ProgramEnvironment {
  const { stores, ledger } = data;
  return {
    ...storeEnvironment(data, administrator, 'task', everyStore),
    FINCORE_DATABASE_AUTH: 'password',
    FINCORE_DATABASE_SECRET_ARN: stores.administratorSecret.secretArn,
    ...(ledger === stores
      ? {}
      : { FINCORE_LEDGER_DATABASE_SECRET_ARN: ledger.administratorSecret.secretArn }),
    FINCORE_DATABASE_USERS: JSON.stringify(databaseUsers),
    FINCORE_DATABASE_FORMER_USERS: formerUsers.join(','),
  };
}
