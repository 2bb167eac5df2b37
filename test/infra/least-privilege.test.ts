import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StageName } from '../../lib/config/stage-configuration';
import { type SynthesisedCloud, resourcesOf, readCloud } from './synthesised-cloud';

const stageNames = ['dev', 'staging', 'production'] as const satisfies readonly StageName[];

interface Statement {
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
  readonly Effect: string;
}

/** A wildcard that is needed, with what shows that it is. */
const evidence: readonly { readonly wildcard: RegExp; readonly because: string }[] = [
  {
    wildcard:
      /^(ecs:DescribeTasks|cloudformation:DescribeStack\w+|cloudwatch:DescribeAlarms|sns:(GetTopicAttributes|ListSubscriptionsByTopic)) on \*$/,
    because: 'The deployer looks at what it deployed, and changes nothing by it.',
  },
  {
    wildcard: /^ecs:RunTask on part$/,
    because: 'The revisions of one task definition: each deployment makes the next.',
  },
  { wildcard: /^lambda:InvokeFunction on part$/, because: 'One function and its versions.' },
  {
    wildcard: /^ec2:\w+NetworkInterfaces? on \*$/,
    because: 'Lambda: the interfaces of a function have no ARN beforehand.',
  },
  { wildcard: /^ec2:(DescribeSubnets|(Un)?[aA]ssignPrivateIpAddresses) on \*$/, because: 'The same.' },
  {
    wildcard: /^xray:Put(TraceSegments|TelemetryRecords) on \*$/,
    because: 'Service Authorization Reference: X-Ray, no resource.',
  },
  {
    wildcard: /^ecr:GetAuthorizationToken on \*$/,
    because: 'Service Authorization Reference: ECR, no resource.',
  },
  {
    wildcard: /^cloudwatch:PutMetricData on \*$/,
    because: 'Bounded to the namespace of canaries by a condition.',
  },
  { wildcard: /^s3:ListAllMyBuckets on \*$/, because: 'A canary looks for its bucket.' },
  { wildcard: /^kms:(GenerateDataKey|ReEncrypt)\* on one$/, because: 'The canary construct: one key.' },
  { wildcard: /^s3:(PutObject|AbortMultipartUpload|GetObject) on part$/, because: 'Objects of one bucket.' },
];

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** `*`, a part of something that is named, or one thing. */
function reachOf(resource: unknown): '*' | 'part' | 'one' {
  if (resource === '*') return '*';
  return JSON.stringify(resource).includes('*') ? 'part' : 'one';
}

function wildcardsIn(cloud: SynthesisedCloud): readonly string[] {
  return stageNames.flatMap((stage) =>
    [...cloud.templates(stage)].flatMap(([stack, template]) =>
      statementsIn(template).flatMap(({ owner, statement }) =>
        listOf(statement.Action).flatMap((action) =>
          listOf(statement.Resource)
            .map((resource) => ({ action: String(action), reach: reachOf(resource) }))
            .filter(({ action: name, reach }) => name.includes('*') || reach !== 'one')
            .map(({ action: name, reach }) => `${stage}/${stack}/${owner}: ${name} on ${reach}`),
        ),
      ),
    ),
  );
}

function statementsIn(template: Parameters<typeof resourcesOf>[0]) {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').map(([owner, { Properties }]) => ({
    owner,
    document: Properties?.['PolicyDocument'] as { readonly Statement: readonly Statement[] },
  }));
  const inline = resourcesOf(template, 'AWS::IAM::Role').flatMap(([owner, { Properties }]) =>
    listOf(Properties?.['Policies']).map((policy) => ({
      owner,
      document: (policy as { readonly PolicyDocument: { readonly Statement: readonly Statement[] } })
        .PolicyDocument,
    })),
  );
  return [...policies, ...inline].flatMap(({ owner, document }) =>
    document.Statement.filter(({ Effect }) => Effect === 'Allow').map((statement) => ({ owner, statement })),
  );
}

/** The roles of `cdk bootstrap` that deploy a stage, as the CDK itself has written them down. */
function rolesThatDeploy(cloud: SynthesisedCloud, stage: StageName): readonly string[] {
  const directory = cloud.folder(stage);
  const named = readdirSync(directory)
    .filter((file) => file === 'manifest.json' || file.endsWith('.assets.json'))
    .flatMap((file) => [
      ...readFileSync(join(directory, file), 'utf8').matchAll(
        /"(?:assumeRoleArn|arn)": "([^"]+:role\/[^"]+)"/g,
      ),
    ])
    .map(([, arn = '']) => arn.replace('${AWS::Partition}', 'aws'));
  return [...new Set(named)].sort();
}

describe('least privilege', () => {
  const cloud = readCloud();
  const wildcards = wildcardsIn(cloud);
  const permissionIn = (wildcard: string) => wildcard.slice(wildcard.indexOf(': ') + 2);

  it('has evidence for every wildcard among actions and resources', () => {
    const without = wildcards.filter(
      (each) => !evidence.some(({ wildcard }) => wildcard.test(permissionIn(each))),
    );
    expect(without).toEqual([]);
  });

  it('has no evidence for a wildcard that nobody has', () => {
    const unused = evidence.filter(
      ({ wildcard }) => !wildcards.some((each) => wildcard.test(permissionIn(each))),
    );
    expect(unused.map(({ wildcard }) => String(wildcard))).toEqual([]);
  });

  it.each(stageNames)(
    'lets the deployer of %s take on the roles that deploy the stage, and no other',
    (stage) => {
      const assumed = statementsIn(cloud.template(stage, 'PipelineAccess'))
        .filter(({ statement }) => listOf(statement.Action).includes('sts:AssumeRole'))
        .flatMap(({ statement }) => listOf(statement.Resource).map(String));
      expect([...assumed].sort()).toEqual(rolesThatDeploy(cloud, stage));
    },
  );
});
