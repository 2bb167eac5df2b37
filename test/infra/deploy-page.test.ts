import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCloud, resourcesOf } from './synthesised-cloud';

/** What an operator types, from the pages that say how. */
const page = (name: string) =>
  readFileSync(join(__dirname, '..', '..', 'docs', 'how-to', `${name}.md`), 'utf8');
const deploy = page('deploy');

const stacks = readCloud().templates('dev');
const found = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

test('every stack that is deployed by name is one of the stage, and the rest follow', () => {
  const commands = found(deploy, /npx cdk deploy ([^-\n]*)/g);
  const selected = commands.flatMap((command) => command.trim().split(' '));
  expect(selected).toEqual(['dev/Network', 'dev/Data', 'dev/Streaming', 'dev/Migration', "'dev/*'"]);
  const paths = [...stacks.keys()].map((stack) => `dev/${stack}`);
  for (const selector of selected.filter((each) => !each.includes('*'))) expect(paths).toContain(selector);
});

test('every parameter is one that its stack takes, and none is forgotten', () => {
  const given = found(deploy, /--parameters "([\w-]+:\w+)=/g);
  const taken = [...stacks].flatMap(([stack, template]) =>
    Object.keys(template.findParameters('ImageTag')).map((name) => `fincore-dev-${stack}:${name}`),
  );
  expect(taken).toHaveLength(2);
  expect([...given].sort()).toEqual([...taken].sort());
});

test('what takes away what a version before needed is the command of the container that migrates', () => {
  const [overrides = ''] = found(deploy, /--overrides '([^']+)'/g);
  const { containerOverrides } = JSON.parse(overrides) as {
    readonly containerOverrides: readonly [{ readonly name: string; readonly command: readonly string[] }];
  };
  const [{ name, command }] = containerOverrides;
  const migration = stacks.get('Migration');
  const [[, task] = []] = migration === undefined ? [] : resourcesOf(migration, 'AWS::ECS::TaskDefinition');
  const [container] = task?.Properties?.['ContainerDefinitions'] as readonly [{ readonly Name: string }];
  expect(container.Name).toBe(name);
  expect(command).toEqual(['aws-migrate.js', 'contract']);
});
