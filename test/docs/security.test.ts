import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const project = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');

interface Row {
  readonly statement: string;
  readonly heldBy: string;
}

/** The rows of every table of the page whose third column says what holds the statement. */
const rows: readonly Row[] = read('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| statement |'))
  .map((line) => {
    const [, statement = '', , heldBy = ''] = line.split(/(?<!\\)\|/);
    return { statement: statement.trim(), heldBy: heldBy.trim() };
  });

const citations = /`([\w./-]+)`: ("[^"]+"(?:, "[^"]+")*)/g;

/** Files with the names of tests in them. */
const cited = (heldBy: string): readonly { readonly file: string; readonly names: readonly string[] }[] =>
  [...heldBy.matchAll(citations)].map(([, file = '', names = '']) => ({
    file,
    names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  }));

test('there are statements to hold', () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter(({ heldBy }) => !heldBy.startsWith('not yet: ')).length).toBeGreaterThan(25);
});

test.each(rows)(
  '$statement: is held by tests that there are, or by a feature that is not there yet',
  ({ heldBy }) => {
    if (/^not yet: \S.+/.test(heldBy)) return;
    const files = cited(heldBy);
    expect(files.length).toBeGreaterThan(0);
    for (const { file, names } of files) {
      expect([file, existsSync(join(project, file))]).toEqual([file, true]);
      const text = read(file);
      expect([file, names.filter((name) => !text.includes(name))]).toEqual([file, []]);
    }
  },
);

test('no test of security is left out of the page', () => {
  const named = new Set(rows.flatMap(({ heldBy }) => cited(heldBy).map(({ file }) => file)));
  const files = readdirSync(join(project, 'test/http/security'))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/http/security/${name}`);
  expect(files.filter((file) => !named.has(file))).toEqual([]);
});
