import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { variableOf } from '../../src/operations/doctor/stage-map';
import { readCloud, resourcesOf } from './synthesised-cloud';

/** Pages whose commands name stacks, outputs and variables of a stage. */
const names = ['deploy', 'restore-a-stage', 'delete-a-stage', 'rotate-keys'] as const;
const page = (name: string) =>
  readFileSync(join(__dirname, '..', '..', 'docs', 'how-to', `${name}.md`), 'utf8');
const shellOf = (text: string): string =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block).join('\n');

const production = readCloud().templates('production');
const found = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];
const outputsOf = (stack: string): readonly string[] =>
  Object.keys(production.get(stack)?.findOutputs('*') ?? {});

describe.each(names)('the commands of %s', (name) => {
  const shell = shellOf(page(name));

  it('name stacks that there are', () => {
    const stacks = [
      ...found(shell, /fincore-(?:dev|\$STAGE)-(\w+)/g),
      ...found(shell, /(?:\bdev(?!\/stdout)|\$STAGE)\/(\w+)/g),
      ...found(shell, /\$\(buckets (\w+)/g),
    ];
    for (const stack of stacks) expect([...production.keys()]).toContain(stack);
  });

  it('ask for outputs that there are', () => {
    const asked = found(shell, /\$\(output (\w+ \w+)\)/g);
    for (const [stack = '', output = ''] of asked.map((each) => each.split(' ')))
      expect(outputsOf(stack)).toContain(output);
  });

  it('use words that they set, or that the doctor prints', () => {
    const set = found(shell, /(?:^\s*|for |export )([A-Z][A-Z_]+)(?:=| in )/gm);
    const printed = outputsOf('Observability').map(variableOf);
    const used = found(shell, /\$\{?([A-Z][A-Z_]+)/g);
    // The image that runs is known to anyone who deployed it.
    expect([...set, ...printed, 'TAG']).toEqual(expect.arrayContaining([...used]));
  });
});

test('the page about deleting a stage empties every bucket that there is', () => {
  const emptied = found(page('delete-a-stage'), /\$\(buckets (\w+)/g);
  const holding = [...production].filter(([, stack]) => resourcesOf(stack, 'AWS::S3::Bucket').length > 0);
  expect([...emptied].sort()).toEqual(holding.map(([stack]) => stack).sort());
});

test('the page about deleting a stage takes the protection of every stack that has one', () => {
  const [, listed = ''] = /for STACK in ([\w ]+); do/.exec(page('delete-a-stage')) ?? [];
  expect(listed.split(' ').sort()).toEqual([...readCloud().protectedStacks('production')].sort());
});
