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

test('no sentence uses a banned word', () => {
  const found = files.flatMap((file) =>
    readFileSync(join(project, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (banned.test(line) ? [`${file}:${String(index + 1)}: ${line.trim()}`] : [])),
  );
  expect(files.length).toBeGreaterThan(1_000);
  expect(found).toEqual([]);
});
