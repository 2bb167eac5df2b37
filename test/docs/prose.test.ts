import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const project = join(__dirname, '../..');
const ownName = 'test/docs/prose.test.ts';

/** Words and phrases that make a sentence hard to read at once, in code, tests and documentation. */
const banned =
  /\b(?:whoever|anew|hears of|as whom|in the name of|lets go of|a word of|(?<!const )asked of)\b/i;

const files = execFileSync('git', ['ls-files'], { cwd: project, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(?:ts|md|sql|yml|sh|mjs|cjs)$/.test(file) && file !== ownName)
  .filter((file) => existsSync(join(project, file)));

/** The lines of these files that the expression finds. */
const linesWith = (expression: RegExp, among: readonly string[]): readonly string[] =>
  among.flatMap((file) =>
    readFileSync(join(project, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        expression.test(line) ? [`${file}:${String(index + 1)}: ${line.trim()}`] : [],
      ),
  );

test('no sentence uses a banned word', () => {
  expect(files.length).toBeGreaterThan(1_000);
  expect(linesWith(banned, files)).toEqual([]);
});

/** Figures of speech: a plain sentence names its subject and says what it does. */
const figures =
  /\b(?:whatever|hears|(?:is|are|was|were|be) told|nothing but|by (?:itself|themselves|himself|herself))\b/i;

test('no sentence of the program, its cloud or its documentation uses a figure of speech', () => {
  const described = files.filter((file) => !/^(?:test|bench)\/|^CHANGELOG\.md$/.test(file));
  expect(described.length).toBeGreaterThan(500);
  expect(linesWith(figures, described)).toEqual([]);
});
