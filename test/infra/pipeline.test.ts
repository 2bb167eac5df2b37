import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { pipeline } from '../../lib/config/pipeline';
import { stages } from '../../lib/config/stages';
import { buildspecs } from '../../lib/pipeline/build';
import { buildRoleName, deployerRoleArn } from '../../lib/pipeline/deployer-role';
import { readPipeline } from './synthesised-cloud';

const project = join(__dirname, '..', '..');
const folder = join(project, 'lib', 'pipeline');
const template = readPipeline();

interface Step {
  readonly Name: string;
  readonly OnFailure?: { readonly Result: string };
  readonly Actions: readonly {
    readonly Name: string;
    readonly RunOrder: number;
    readonly ActionTypeId: { readonly Category: string; readonly Provider: string };
    readonly Configuration: Readonly<Record<string, unknown>>;
  }[];
}

const steps = (): readonly Step[] => {
  const [found] = Object.values(template.findResources('AWS::CodePipeline::Pipeline')) as {
    readonly Properties: { readonly Stages: readonly Step[] };
  }[];
  return found?.Properties.Stages ?? [];
};

test('a version goes by test, image, dev, staging under load and approval to production', () => {
  expect(steps().map(({ Name }) => Name)).toEqual([
    'Source',
    'Test',
    'Image',
    'Dev',
    'Staging',
    'LoadTest',
    'Approval',
    'ProductionGreen',
    'ProductionSwap',
  ]);
});

test.each(['Dev', 'Staging'])('%s is prepared, taken over and examined, in this order', (name) => {
  const actions = steps().find((step) => step.Name === name)?.Actions ?? [];
  expect(actions.map(({ Name, RunOrder }) => [Name, RunOrder])).toEqual([
    ['Prepare', 1],
    ['TakeOver', 2],
    ['Examine', 3],
  ]);
});

test('production waits for a person, and goes back by itself when a look after the swap fails', () => {
  const [approve] = steps().find(({ Name }) => Name === 'Approval')?.Actions ?? [];
  expect(approve?.ActionTypeId).toMatchObject({ Category: 'Approval', Provider: 'Manual' });
  const swap = steps().find(({ Name }) => Name === 'ProductionSwap');
  expect(swap?.OnFailure).toEqual({ Result: 'ROLLBACK' });
  expect(swap?.Actions.map(({ Name }) => Name)).toEqual(['TakeOver', 'Examine']);
});

test('every stage gets the image that was built once, and builds one after the other', () => {
  for (const { Name, Actions } of steps())
    for (const action of Actions)
      if (action.Name === 'Prepare' || action.Name === 'TakeOver')
        expect([Name, String(action.Configuration['EnvironmentVariables'])]).toEqual([
          Name,
          expect.stringContaining('#{Image.IMAGE_TAG}'),
        ]);
  template.hasResourceProperties('AWS::CodePipeline::Pipeline', {
    PipelineType: 'V2',
    ExecutionMode: 'QUEUED',
  });
  template.hasResourceProperties('AWS::ECR::Repository', {
    ImageTagMutability: 'IMMUTABLE',
    ImageScanningConfiguration: { ScanOnPush: true },
  });
});

test('the load of staging is the configured one', () => {
  template.hasResourceProperties('AWS::CodeBuild::Project', {
    Source: Match.objectLike({ BuildSpec: 'lib/pipeline/buildspecs/load-stage.yml' }),
    Environment: Match.objectLike({
      EnvironmentVariables: Match.arrayWith([
        { Name: 'STAGE', Type: 'PLAINTEXT', Value: 'staging' },
        { Name: 'CHARGES_PER_SECOND', Type: 'PLAINTEXT', Value: String(pipeline.loadTest.chargesPerSecond) },
      ]),
    }),
  });
});

test.each(Object.values(stages))('builds of $stage may take on its deployer and no other', (stage) => {
  const others = Object.values(stages).filter((other) => other !== stage);
  const roles = template.findResources('AWS::IAM::Role', {
    Properties: { RoleName: buildRoleName(stage.stage) },
  });
  const [logicalId = ''] = Object.keys(roles);
  const policies = JSON.stringify(
    Object.values(template.findResources('AWS::IAM::Policy')).filter((policy) =>
      JSON.stringify(policy).includes(`"Roles":[{"Ref":"${logicalId}"}]`),
    ),
  );
  expect(policies).toContain(deployerRoleArn(stage));
  for (const other of others) expect(policies).not.toContain(deployerRoleArn(other));
});

test('builds run in the private network, and leave by one address', () => {
  template.resourceCountIs('AWS::EC2::EIP', 1);
  template.resourceCountIs('AWS::EC2::NatGateway', 1);
  template.allResourcesProperties('AWS::CodeBuild::Project', {
    VpcConfig: Match.objectLike({ Subnets: Match.anyValue() }),
    EncryptionKey: Match.anyValue(),
    LogsConfig: { CloudWatchLogs: Match.objectLike({ Status: 'ENABLED' }) },
  });
  template.hasOutput('PublicAddress', {});
});

test('only the builds that make containers are privileged', () => {
  const privileged = Object.values(
    template.findResources('AWS::CodeBuild::Project', {
      Properties: { Environment: { PrivilegedMode: true } },
    }),
  ) as { readonly Properties: { readonly Source: { readonly BuildSpec: string } } }[];
  expect(new Set(privileged.map(({ Properties }) => Properties.Source.BuildSpec))).toEqual(
    new Set(['lib/pipeline/buildspecs/image.yml', 'lib/pipeline/buildspecs/prepare-stage.yml']),
  );
});

test('approvers hear of what waits for them and of what failed', () => {
  template.resourcePropertiesCountIs(
    'AWS::SNS::Subscription',
    { Protocol: 'email' },
    pipeline.approvers.length,
  );
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: Match.objectLike({ detail: { state: ['FAILED'] } }),
  });
});

describe('the buildspecs', () => {
  it('are the files of their folder', () => {
    expect(readdirSync(join(folder, 'buildspecs')).sort()).toEqual(
      buildspecs.map((name) => `${name}.yml`).sort(),
    );
  });

  it.each(buildspecs)('%s runs what there is', (name) => {
    const text = readFileSync(join(folder, 'buildspecs', `${name}.yml`), 'utf8');
    expect(text).toMatch(/^version: 0\.2$/m);
    const files = [...text.matchAll(/(?:\. |esbuild-register |- )((?:lib|bench|\.ci)\/[\w./-]+)/g)].map(
      ([, path = '']) => path,
    );
    expect(files.filter((path) => !existsSync(join(project, path)))).toEqual([]);
  });
});
