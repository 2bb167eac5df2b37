import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  Cluster,
  ContainerImage,
  DeploymentStrategy,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { pipeline } from '../../lib/config/pipeline';
import { production } from '../../lib/config/stages/production';
import { GreenCanary } from '../../lib/pipeline/green-canary';
import { PipelineAccessStack } from '../../lib/stacks/pipeline-access';

const env = { account: production.account, region: production.region };
const { context } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8')) as {
  readonly context: Record<string, unknown>;
};

function createStage() {
  const app = new App({ context });
  const stage = new Stack(app, 'Stage', { env });
  const vpc = new Vpc(stage, 'Vpc', {
    subnetConfiguration: [
      { name: 'public', subnetType: SubnetType.PUBLIC },
      { name: 'application', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    ],
  }) as IVpc;
  const cluster = new Cluster(stage, 'Cluster', { vpc }) as ICluster;
  const migrations = new FargateTaskDefinition(stage, 'Migrations');
  migrations.addContainer('program', { image: ContainerImage.fromRegistry('program') });
  const secret = new Secret(stage, 'Secret') as ISecret;
  const access = new PipelineAccessStack(app, 'PipelineAccess', {
    env,
    configuration: production,
    pipeline,
    images: new Repository(stage, 'Images'),
    cluster,
    migrations,
    resources: {
      queues: [
        {
          name: 'payments',
          queue: new Queue(stage, 'Queue'),
          deadLetterQueue: new Queue(stage, 'Dead'),
          isPrompt: true,
        },
      ],
      stream: new Stream(stage, 'Stream'),
      secrets: [{ name: 'canary', secret }],
    },
  });
  const service = new FargateService(stage, 'Service', {
    cluster,
    taskDefinition: migrations,
    minHealthyPercent: 100,
    circuitBreaker: { enable: true, rollback: true },
    deploymentStrategy: DeploymentStrategy.BLUE_GREEN,
  });
  const canary = new GreenCanary(stage, 'GreenCanary', {
    configuration: production,
    vpc,
    operationsKey: new Key(stage, 'OperationsKey'),
    secret,
    testPort: 8443,
  });
  canary.guard(service);
  return { app, stage, access };
}

const { app, stage, access } = createStage();
const template = Template.fromStack(access);

test('only the builds of the pipeline for this stage become its deployer', () => {
  template.hasResourceProperties('AWS::IAM::Role', {
    RoleName: 'fincore-production-deployer',
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { AWS: Match.anyValue() },
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': `arn:aws:iam::${pipeline.account}:role/fincore-pipeline-production`,
            },
          },
        },
      ],
      Version: '2012-10-17',
    },
  });
});

test('the deployer changes nothing by itself: it deploys by the roles of the CDK, pushes the image and runs the migrations', () => {
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    (policy) =>
      (
        policy as {
          readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };
        }
      ).Properties.PolicyDocument.Statement,
  );
  const everywhere = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
  expect([...new Set(everywhere)].sort()).toEqual([
    'cloudformation:DescribeStackResources',
    'cloudformation:DescribeStacks',
    'cloudwatch:DescribeAlarms',
    'ecr:GetAuthorizationToken',
    'ecs:DescribeTasks',
    'sns:GetTopicAttributes',
    'sns:ListSubscriptionsByTopic',
  ]);
  const assumed = statements
    .filter(({ Action }) => Action === 'sts:AssumeRole')
    .flatMap(({ Resource }) => Resource);
  expect(assumed).toHaveLength(9);
  for (const role of assumed) expect(String(role)).not.toContain('*');
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

test('a new version is charged at the test port before callers reach it', () => {
  const watched = Template.fromStack(stage);
  watched.hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: Match.objectLike({
      LifecycleHooks: [
        Match.objectLike({
          HookTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('GreenCanary'), 'Arn'] },
          LifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
        }),
      ],
    }),
  });
  watched.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ FINCORE_PUBLIC_URL: 'https://pay.example.com:8443' }) },
  });
});

test('cdk-nag accepts the deployer', () => {
  Validations.of(access).addPlugins(new AwsSolutionsChecks(access));
  expect(() => app.synth()).not.toThrow();
});
