import { execFile } from 'node:child_process';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from '../../src/adapters/embedded/postgres-server/account';
import { usableBinaries } from '../../src/adapters/embedded/postgres-server/binaries';
import { copyBinaries } from '../../src/adapters/embedded/postgres-server/binaries-copy';
import {
  findPackagedBinaries,
  type PackagedBinaries,
} from '../../src/adapters/embedded/postgres-server/packaged-binaries';

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;
const ownAccount: Account = { kind: 'own' };
const nobody: Account = { kind: 'unprivileged', uid: 65534, gid: 65534 };

let directory: string;
let installed: PackagedBinaries;
const ignore = () => undefined;

beforeAll(async () => {
  installed = await findPackagedBinaries();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), `fincore-test-${process.pid}-`));
  await chmod(directory, 0o755);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const versionOf = async (nativeDirectory: string) =>
  (await promisify(execFile)(join(nativeDirectory, 'bin', 'initdb'), ['--version'])).stdout;

/** As npm leaves the package when it runs no install scripts. */
async function installWithoutLinks(): Promise<string> {
  const nativeDirectory = join(directory, 'native');
  await cp(installed.nativeDirectory, nativeDirectory, { recursive: true, verbatimSymlinks: true });
  const libraries = join(nativeDirectory, 'lib');
  for (const name of await readdir(libraries)) {
    const path = join(libraries, name);
    if ((await lstat(path)).isSymbolicLink()) await rm(path);
  }
  return nativeDirectory;
}

test('the installed programs are run in place where that works', async () => {
  const binaries = await usableBinaries({
    packaged: installed,
    account: ownAccount,
    copyParents: [directory],
    log: ignore,
  });
  expect(binaries.postgresFile).toBe(join(installed.nativeDirectory, 'bin', 'postgres'));
  expect(binaries.majorVersion).toBeGreaterThanOrEqual(18);
  expect(await readdir(directory)).toEqual([]);
});

test('libraries without their links are mended in a copy', async () => {
  const nativeDirectory = await installWithoutLinks();
  await expect(versionOf(nativeDirectory)).rejects.toThrow('error while loading shared libraries');
  const lines: string[] = [];
  const packaged = { ...installed, nativeDirectory };
  const copies = join(directory, 'copies');
  const binaries = await usableBinaries({
    packaged,
    account: ownAccount,
    copyParents: [copies],
    log: (line) => lines.push(line),
  });
  expect(binaries.initdbFile).toBe(
    join(copies, `fincore-postgres-${installed.packageVersion}`, 'bin', 'initdb'),
  );
  expect(lines).toEqual([expect.stringContaining(copies)]);
});

asRoot('an installation that the unprivileged user cannot enter is run from a copy', async () => {
  const hidden = join(directory, 'root-only');
  await mkdir(hidden, { mode: 0o700 });
  const nativeDirectory = join(hidden, 'native');
  await cp(installed.nativeDirectory, nativeDirectory, { recursive: true, verbatimSymlinks: true });
  const readable = join(directory, 'readable');
  const binaries = await usableBinaries({
    packaged: { ...installed, nativeDirectory },
    account: nobody,
    copyParents: [join(hidden, 'as-unreachable'), readable],
    log: ignore,
  });
  expect(binaries.postgresFile.startsWith(readable)).toBe(true);
});

asRoot('a umask or an installation that hides files does not hide the copy', async () => {
  const nativeDirectory = await installWithoutLinks();
  for (const name of await readdir(nativeDirectory, { recursive: true })) {
    const path = join(nativeDirectory, name);
    await chmod(path, (await lstat(path)).mode & 0o700);
  }
  const former = process.umask(0o077);
  try {
    const binaries = await usableBinaries({
      packaged: { ...installed, nativeDirectory },
      account: nobody,
      copyParents: [join(directory, 'a', 'b')],
      log: ignore,
    });
    expect(binaries.postgresFile).toContain(join(directory, 'a', 'b'));
  } finally {
    process.umask(former);
  }
});

describe('a copy', () => {
  const copy = () =>
    copyBinaries({ from: installed.nativeDirectory, parentDirectory: directory, name: 'copy' });

  test('made by several at once is one complete copy, with nothing left over', async () => {
    const made = await Promise.all([copy(), copy(), copy(), copy()]);
    expect(new Set(made)).toEqual(new Set([join(directory, 'copy')]));
    expect(await readdir(directory)).toEqual(['copy']);
    expect(await versionOf(join(directory, 'copy'))).toContain('PostgreSQL');
  });

  test('that is complete is used again', async () => {
    const { ino } = await lstat(await copy());
    expect((await lstat(await copy())).ino).toBe(ino);
  });

  test.each(['postgres.bki', 'libpq.so.5', 'bin/initdb'])('that lost %s is replaced', async (name) => {
    const made = await copy();
    const sample = (await readdir(made, { recursive: true })).find((found) => found.endsWith(name));
    await rm(join(made, sample ?? name), { recursive: true });
    await copy();
    expect(await versionOf(made)).toContain('PostgreSQL');
    expect(await readdir(made, { recursive: true })).toContain(sample);
    expect(await readdir(directory)).toEqual(['copy']);
  });

  asRoot('that another user prepared is not run', async () => {
    const planted = join(directory, 'copy');
    await cp(installed.nativeDirectory, planted, { recursive: true, verbatimSymlinks: true });
    await writeFile(join(planted, 'bin', 'evil'), '');
    await chown(planted, 65534, 65534);
    await copy();
    expect((await lstat(planted)).uid).toBe(0);
    expect(await readdir(join(planted, 'bin'))).not.toContain('evil');
  });
});

test('programs that do not run anywhere are refused with each reason and what to do', async () => {
  const nativeDirectory = await installWithoutLinks();
  await writeFile(join(nativeDirectory, 'bin', 'postgres'), 'not a program');
  const packaged = { ...installed, nativeDirectory };
  const tried = usableBinaries({
    packaged,
    account: ownAccount,
    copyParents: [join(directory, 'copies')],
    log: ignore,
  });
  await expect(tried).rejects.toMatchObject({
    code: 'binaries_unusable',
    message: expect.stringMatching(/DATABASE_URL.*native: .*shared libraries.*copies.*: /s) as unknown,
  });
});
