import { Match } from 'aws-cdk-lib/assertions';
import { pipeline } from '../../lib/config/pipeline';
import { readCloud } from './synthesised-cloud';

const cloud = readCloud();
const template = cloud.template('production', 'PipelineAccess');

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
  const watched = cloud.template('production', 'PaymentApi');
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
