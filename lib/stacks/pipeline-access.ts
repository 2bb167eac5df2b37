import { DefaultStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { FargateTaskDefinition, ICluster } from 'aws-cdk-lib/aws-ecs';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from '../constructs/accept-findings';
import type { ObservedResources } from '../observability/observed-resources';
import { buildRoleName, deployerRoleName } from '../pipeline/deployer-role';
import type { PipelineConfiguration } from '../pipeline/pipeline-configuration';
import { sitesRegion } from './sites';

export interface PipelineAccessStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  readonly pipeline: Pick<PipelineConfiguration, 'account'>;
  /** Where the stage's tasks find their image. */
  readonly images: IRepository;
  readonly cluster: ICluster;
  readonly migrations: FargateTaskDefinition;
  readonly resources: Pick<ObservedResources, 'queues' | 'stream' | 'secrets'>;
}

/** What the pipeline may do in a stage: deploy it by the roles of the CDK, bring the image, migrate, and look. */
export class PipelineAccessStack extends Stack {
  readonly deployer: Role;

  constructor(scope: Construct, id: string, props: PipelineAccessStackProps) {
    super(scope, id, props);
    const { configuration, pipeline, images, cluster, migrations } = props;
    const builds = `arn:aws:iam::${pipeline.account}:role/${buildRoleName(configuration.stage)}`;
    this.deployer = new Role(this, 'Deployer', {
      roleName: deployerRoleName(configuration.stage),
      description: 'What the pipeline does in this stage',
      assumedBy: new AccountPrincipal(pipeline.account).withConditions({
        ArnEquals: { 'aws:PrincipalArn': builds },
      }),
    });
    this.letDeploy(configuration);
    images.grantPullPush(this.deployer);
    this.deployer.addToPolicy(
      new PolicyStatement({
        sid: 'FindTheRepository',
        actions: ['ecr:DescribeRepositories'],
        resources: [images.repositoryArn],
      }),
    );
    this.letMigrate(cluster, migrations);
    this.deployer.addToPolicy(
      new PolicyStatement({
        sid: 'WaitForMigrations',
        actions: ['ecs:DescribeTasks'],
        // A task has no ARN before it runs; its cluster has.
        resources: ['*'],
        conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
      }),
    );
    this.letExamine(props);
  }

  /**
   * Any revision of the task definition: a deployment registers the next one, and could not if this stack held on to the one
   * before.
   */
  private letMigrate(cluster: ICluster, migrations: FargateTaskDefinition): void {
    const { family, taskRole } = migrations;
    this.deployer.addToPolicy(
      new PolicyStatement({
        sid: 'RunMigrations',
        actions: ['ecs:RunTask'],
        resources: [
          this.formatArn({ service: 'ecs', resource: 'task-definition', resourceName: `${family}:*` }),
        ],
        conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
      }),
    );
    this.deployer.addToPolicy(
      new PolicyStatement({
        sid: 'GiveMigrationsTheirRoles',
        actions: ['iam:PassRole'],
        resources: [taskRole.roleArn, migrations.obtainExecutionRole().roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
    );
    acceptFindings(this.deployer, {
      rule: `AwsSolutions-IAM5[Resource::arn:aws:ecs:${this.region}:${this.account}:task-definition/${family}:*]`,
      reason: 'Every revision of one task definition, each made by a deployment of the stage.',
      until: '2027-11-30',
    });
  }

  /** By the roles that `cdk bootstrap` has made: each does one part, and nothing is deployed without them. */
  private letDeploy({ account, region, backup: { copyToRegion } }: StageConfiguration): void {
    const regions = new Set([region, sitesRegion, ...(copyToRegion === null ? [] : [copyToRegion])]);
    const roles = ['deploy', 'file-publishing', 'lookup'];
    this.deployer.addToPolicy(
      new PolicyStatement({
        sid: 'DeployByTheCdk',
        actions: ['sts:AssumeRole'],
        resources: [...regions].flatMap((where) =>
          roles.map(
            (role) => `arn:aws:iam::${account}:role/cdk-${qualifier}-${role}-role-${account}-${where}`,
          ),
        ),
      }),
    );
  }

  /** As `npx fincore doctor` looks. */
  private letExamine({ resources }: PipelineAccessStackProps): void {
    for (const { queue, deadLetterQueue } of resources.queues)
      for (const each of [queue, deadLetterQueue]) each.grant(this.deployer, 'sqs:GetQueueAttributes');
    resources.stream.grant(this.deployer, 'kinesis:DescribeStreamSummary');
    for (const { secret } of resources.secrets) secret.grantRead(this.deployer);
    this.deployer.addToPolicy(
      new PolicyStatement({
        sid: 'LookAtTheStage',
        actions: [
          'cloudformation:DescribeStacks',
          'cloudformation:DescribeStackResources',
          'cloudwatch:DescribeAlarms',
          'sns:GetTopicAttributes',
          'sns:ListSubscriptionsByTopic',
        ],
        resources: ['*'],
      }),
    );
    acceptFindings(this.deployer, {
      rule: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Stacks and alarms are listed, which has no resource; nothing is changed by any of these actions.',
      until: '2027-11-30',
    });
  }
}

/** Of the roles that `cdk bootstrap` makes, unless somebody chooses another. */
const qualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER;
