import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const timeoutMs = 60_000;

let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
  for (const name of ['bin', 'build.mjs', 'tsconfig.json', 'package.json'])
    await cp(name, join(checkout, name), { recursive: true });
  for (const name of ['src', 'lib', 'lambdas', 'simulators', 'node_modules'])
    await symlink(resolve(name), join(checkout, name));
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

const build = (what: string) =>
  run(process.execPath, ['build.mjs', what], { cwd: checkout, timeout: timeoutMs });
const builtAt = async () => (await stat(join(checkout, 'dist', 'local.js'))).mtimeMs;

test('a start builds only what has changed since the last build', async () => {
  await build('local');
  const first = await builtAt();
  await build('changed');
  expect(await builtAt()).toBe(first);
  await appendFile(join(checkout, 'bin', 'local.ts'), "\nconsole.log('changed');\n");
  await build('changed');
  expect(await readFile(join(checkout, 'dist', 'local.js'), 'utf8')).toContain('console.log("changed")');
});

test('a start without any build builds', async () => {
  await build('changed');
  expect(await builtAt()).toBeGreaterThan(0);
});

test('sources that changed where nothing can be written are told of', async () => {
  await writeFile(join(checkout, 'dist'), 'no folder, as for a user who may not write');
  await expect(build('changed')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Run "npm run build" as the owner of this folder') as string,
  });
});
