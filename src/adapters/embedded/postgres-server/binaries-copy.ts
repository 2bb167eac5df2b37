import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeFolders } from '../make-folders';
import { systemErrorCode } from '../system-error-code';
import { EmbeddedPostgresError } from './errors';

type Entry =
  | { readonly kind: 'directory' }
  | { readonly kind: 'file'; readonly sizeBytes: number; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string };

/** Path below the root → what lies there; parents come before their children. */
type Tree = ReadonlyMap<string, Entry>;

/**
 * Copies the programs to where everybody may read and run them, and adds the links that a skipped install script left
 * out. The copy appears under its name complete or not at all, also when several processes make it at once; an existing
 * one is used when it is complete and nobody else could have altered it.
 */
export async function copyBinaries(options: {
  readonly from: string;
  readonly parentDirectory: string;
  readonly name: string;
}): Promise<string> {
  const target = join(options.parentDirectory, options.name);
  const wanted = await wantedTree(options.from);
  const found = await inspectCopy(target, wanted);
  if (found === 'trusted') return target;

  await makeParent(options.parentDirectory);
  const staging = await mkdtemp(join(options.parentDirectory, `.${options.name}-`));
  try {
    const complete = join(staging, 'new');
    await writeTree({ tree: wanted, from: options.from, to: complete });
    if (found === 'untrusted') await rename(target, join(staging, 'old'));
    await putInPlace(complete, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  if ((await inspectCopy(target, wanted)) === 'trusted') return target;
  throw new EmbeddedPostgresError(
    'binaries_unusable',
    `${target} exists, but is incomplete or belongs to another user: remove it and start again.`,
  );
}

async function wantedTree(root: string): Promise<Tree> {
  const tree = new Map(await readTree(root));
  for (const link of await missingLinks(root)) {
    if (!tree.has(link.path)) tree.set(link.path, { kind: 'link', target: link.target });
  }
  return tree;
}

async function readTree(root: string): Promise<Tree> {
  const tree = new Map<string, Entry>();
  for (const found of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = join(found.parentPath, found.name);
    const name = relative(root, path);
    if (found.isDirectory()) tree.set(name, { kind: 'directory' });
    else if (found.isSymbolicLink()) tree.set(name, { kind: 'link', target: await readlink(path) });
    else if (found.isFile()) {
      const { size, mode } = await lstat(path);
      tree.set(name, { kind: 'file', sizeBytes: size, mode: mode & 0o100 ? 0o755 : 0o644 });
    }
  }
  return tree;
}

/** The package lists the links among its libraries, because npm packages cannot hold any. */
async function missingLinks(root: string): Promise<readonly { path: string; target: string }[]> {
  let text: string;
  try {
    text = await readFile(join(root, 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
  const listed: unknown = JSON.parse(text);
  if (!Array.isArray(listed)) return [];
  return listed.filter(isListedLink).map(({ source, target }) => ({
    path: relative('native', target),
    target: relative(dirname(target), source),
  }));
}

function isListedLink(value: unknown): value is { source: string; target: string } {
  if (typeof value !== 'object' || value === null || !('source' in value) || !('target' in value))
    return false;
  const { source, target } = value;
  return [source, target].every((path) => typeof path === 'string' && /^native\/(?!.*\.\.)/.test(path));
}

async function writeTree(options: { tree: Tree; from: string; to: string }): Promise<void> {
  await makeReadableDirectory(options.to);
  for (const [name, entry] of [...options.tree].sort(parentsFirst)) {
    const path = join(options.to, name);
    if (entry.kind === 'directory') await makeReadableDirectory(path);
    else if (entry.kind === 'link') await symlink(entry.target, path);
    else {
      await copyFile(join(options.from, name), path);
      await chmod(path, entry.mode);
    }
  }
}

const parentsFirst = ([a]: readonly [string, Entry], [b]: readonly [string, Entry]): number =>
  a < b ? -1 : 1;

/** The mode is set apart from the making, because a umask of 077 would hide the directory. */
async function makeReadableDirectory(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
}

async function makeParent(path: string): Promise<void> {
  for (const made of await makeFolders(path)) await chmod(made, 0o755);
}

/** When another process was faster, its copy stays; it is checked like any other. */
async function putInPlace(complete: string, target: string): Promise<void> {
  try {
    await rename(complete, target);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** A directory of temporary files is open to all, so somebody else may have prepared programs under our name. */
async function inspectCopy(directory: string, wanted: Tree): Promise<'missing' | 'trusted' | 'untrusted'> {
  try {
    const root = await lstat(directory);
    if (!root.isDirectory() || root.uid !== process.getuid?.() || (root.mode & 0o022) !== 0)
      return 'untrusted';
    const found = await readTree(directory);
    return [...wanted].every(([name, entry]) => isSame(entry, found.get(name))) ? 'trusted' : 'untrusted';
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 'missing';
    throw error;
  }
}

function isSame(wanted: Entry, found: Entry | undefined): boolean {
  if (found === undefined || wanted.kind !== found.kind) return false;
  if (wanted.kind === 'file' && found.kind === 'file') return wanted.sizeBytes === found.sizeBytes;
  if (wanted.kind === 'link' && found.kind === 'link') return wanted.target === found.target;
  return true;
}
