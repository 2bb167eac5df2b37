import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloud } from '../../bin/cloud';
import { createCommandLine } from '../../src/cli/command-line';
import { generatedPages } from '../../src/cli/docs';
import { contexts } from '../../src/core/contexts';

const project = join(__dirname, '..', '..');
const silent = { print: () => undefined, tell: () => undefined };
let written: Awaited<ReturnType<typeof generatedPages>>;

beforeAll(async () => {
  written = await generatedPages(createCommandLine(silent, {}, cloud), cloud);
});

describe.each([
  'docs/cost.md',
  'docs/reference/alarms.md',
  'docs/reference/api.md',
  'docs/reference/cli.md',
  'docs/reference/configuration.md',
  'docs/reference/errors.md',
  'docs/reference/events.md',
  'docs/reference/openapi.json',
  'docs/reference/stage-configuration.md',
] as const)('%s', (page) => {
  it('is what the code says (write it with "npm run docs")', () => {
    expect(readFileSync(join(project, page), 'utf8')).toBe(written[page]);
  });
});

test('no other page is generated', () => {
  expect(Object.keys(written)).toHaveLength(9);
});

test('every event of every codec has a row with a sentence', () => {
  const page = written['docs/reference/events.md'] ?? '';
  const rows = new Map(
    page.split('\n').flatMap((line): [string, string][] => {
      const [, type, sentence] = /^\| `(\w+)` \| (.*) \|$/.exec(line) ?? [];
      return type === undefined || sentence === undefined ? [] : [[type, sentence]];
    }),
  );
  const types = contexts.contexts.flatMap(({ streams }) => streams.flatMap((kind) => kind.types));
  expect([...rows.keys()].sort()).toEqual([...types].sort());
  for (const sentence of rows.values()) expect(sentence).toMatch(/^[A-Z].{10,}\.$/);
});
