import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { variableOf } from '../../src/operations/doctor/stage-map';
import { buildCloud } from './synthesised-cloud';

/** What an operator types, from the pages that say how. */
const page = (name: string) =>
  readFileSync(join(__dirname, '..', '..', 'docs', 'how-to', `${name}.md`), 'utf8');
const deploy = page('deploy');

const stacks = buildCloud().stages.flatMap((stage) => stage.node.findAll().filter(Stack.isStack));
const stackNamed = (name: string) => stacks.find(({ stackName }) => stackName === name);
const found = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

test('every stack that is deployed by name is one of the stage, and the rest follow', () => {
  const commands = found(deploy, /npx cdk deploy ([^-\n]*)/g);
  const selected = commands.flatMap((command) => command.trim().split(' '));
  expect(selected).toEqual(['dev/Network', 'dev/Data', 'dev/Streaming', 'dev/Migration', "'dev/*'"]);
  const paths = stacks.map(({ node }) => node.path);
  for (const selector of selected.filter((each) => !each.includes('*'))) expect(paths).toContain(selector);
});

test('every parameter is one that its stack takes, and none is forgotten', () => {
  const given = found(deploy, /--parameters "([\w-]+:\w+)=/g);
  const taken = stacks
    .filter(({ stackName }) => stackName.startsWith('fincore-dev-'))
    .flatMap((stack) =>
      stack.node.children
        .filter((child) => child instanceof CfnParameter && child.node.id === 'ImageTag')
        .map((child) => `${stack.stackName}:${child.node.id}`),
    );
  expect([...given].sort()).toEqual([...taken].sort());
});

test('every output that is asked for exists', () => {
  const outputsOf = (name: string) =>
    stackNamed(name)
      ?.node.findAll()
      .filter((construct) => construct instanceof CfnOutput)
      .map((output) => output.node.id) ?? [];
  const asked = found(deploy, /\$\(output (\w+)\)/g);
  expect(asked).toHaveLength(4);
  expect(outputsOf('fincore-dev-Migration')).toEqual(expect.arrayContaining([...asked]));
  const variables = found(deploy, /"\$((?:SECRET|API)_\w+)[/"]/g);
  expect(variables).toEqual(['SECRET_OPERATOR', 'API_URL', 'SECRET_CANARY']);
  const known = outputsOf('fincore-dev-Observability').map(variableOf);
  expect(known).toEqual(expect.arrayContaining([...variables]));
});

test('what takes away what a version before needed is the command of the container that migrates', () => {
  const [overrides = ''] = found(deploy, /--overrides '([^']+)'/g);
  const { containerOverrides } = JSON.parse(overrides) as {
    readonly containerOverrides: readonly [{ readonly name: string; readonly command: readonly string[] }];
  };
  const [{ name, command }] = containerOverrides;
  const stack = stackNamed('fincore-dev-Migration');
  const task = stack?.node.findAll().find((construct) => construct instanceof FargateTaskDefinition);
  expect(task?.findContainer(name)?.containerName).toBe(name);
  expect(command).toEqual(['aws-migrate.js', 'contract']);
});

test('secrets are found by their descriptions', () => {
  const described = found(deploy, /\$\(secret '([^']+)'\)/g);
  expect(described).toEqual(['Keys of Stripe']);
  const template = readFileSync(join(__dirname, 'golden', 'dev.json'), 'utf8');
  for (const words of described) expect(template).toContain(`"Description": "${words}`);
});
