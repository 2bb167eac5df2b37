import type { CfnElement, Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { acceptFindings } from '../constructs/accept-findings';
import type { Build } from './build';

export interface AcceptedPipeline {
  readonly builds: readonly Build[];
  readonly artifacts: Bucket;
}

const until = '2027-11-30';

/** Findings about the pipeline that do no harm here. */
export function acceptPipeline(stack: Stack, { builds, artifacts }: AcceptedPipeline): void {
  const nameOf = (construct: Build | Bucket): string =>
    stack.getLogicalId(construct.node.defaultChild as CfnElement);
  const actions = ['s3:Abort*', 's3:DeleteObject*', 's3:GetBucket*', 's3:GetObject*', 's3:List*'];
  const ofKeys = ['kms:GenerateDataKey*', 'kms:ReEncrypt*'];
  acceptFindings(
    stack,
    ...[...actions, ...ofKeys].map((action) => ({
      rule: `AwsSolutions-IAM5[Action::${action}]`,
      reason:
        'The library grants the variants of one action together, on the one bucket and the one key of the pipeline.',
      until,
    })),
    {
      rule: `AwsSolutions-IAM5[Resource::<${nameOf(artifacts)}.Arn>/*]`,
      reason: 'The names of artefacts are made by CodePipeline; the bucket holds nothing else.',
      until,
    },
    {
      rule: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Network interfaces of builds and sign-in tokens of ECR have no ARN beforehand.',
      until,
    },
    {
      rule: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:network-interface/*]',
      reason:
        'CodeBuild makes an interface for each build; it may give it to itself, in the subnets of the builds only.',
      until,
    },
    ...builds.map((build) => ({
      rule: `AwsSolutions-IAM5[Resource::arn:aws:logs:${stack.region}:${stack.account}:log-group:/aws/codebuild/<${nameOf(build)}>:*]`,
      reason:
        'The library grants the default log group of each project beside its own; nothing is written there.',
      until,
    })),
    {
      rule: 'PCI.DSS.321-IAMNoInlinePolicy',
      reason: 'The library writes each grant into a policy of its one role: nobody else can come to hold it.',
      until,
    },
    {
      rule: 'PCI.DSS.321-CodeBuildProjectSourceRepoUrl',
      reason:
        'Projects of a pipeline have no source of their own: CodePipeline hands them the commit, signed in by OAuth.',
      until,
    },
    {
      rule: 'PCI.DSS.321-VPCNoUnrestrictedRouteToIGW',
      reason:
        'Builds fetch packages and call stages; they leave by NAT, and nothing has a public address but the NAT gateway.',
      until,
    },
  );
}
