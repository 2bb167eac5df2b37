import { randomUUID } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assertFileName, FilesUnavailable, type FileFacts, type FileStore } from '../../core/ports';
import { makeFolders } from './make-folders';
import { syncFolder } from './sync-folder';
import { systemErrorCode } from './system-error-code';

/**
 * Files in a folder, under their own names, so that an operator finds them. What is being written lies in the hidden
 * folder `.incoming` and is moved into its place when it is whole and on the disk; what a crash leaves there may be
 * removed. The media type stands in a hidden file next to each. No file's name may be the folder of another's.
 */
export function createFolderFileStore(root: string): FileStore {
  return {
    put: async (name, content, { contentType }) => {
      assertFileName(name);
      const path = join(root, name);
      await orUnavailable(name, makeFolders(dirname(path)));
      const file = await writeWhole(root, name, content);
      const type = await writeWhole(root, name, Buffer.from(contentType));
      await place(name, type, typePath(path));
      await place(name, file, path);
      return { name, sizeBytes: file.sizeBytes };
    },
    get: async (name) => {
      assertFileName(name);
      const path = join(root, name);
      const found = await orUnavailable(name, stat(path).catch(nullWhenMissing));
      if (found === null || !found.isFile()) return null;
      const type = await orUnavailable(name, readFile(typePath(path), 'utf8').catch(nullWhenMissing));
      const contentType = type ?? unknownType;
      return { name, sizeBytes: found.size, contentType, content: readAll(name, path) };
    },
    list: (prefix) => walk(root, '', prefix),
  };
}

/** Of a file that somebody else put into the folder. */
const unknownType = 'application/octet-stream';
const typePath = (path: string): string => join(dirname(path), `.${basename(path)}.type`);

interface Written {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Whole and on the disk, under a name that nobody looks for. What breaks on the way leaves nothing. */
async function writeWhole(
  root: string,
  name: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<Written> {
  const folder = join(root, '.incoming');
  const path = join(folder, randomUUID());
  await orUnavailable(name, makeFolders(folder));
  let sizeBytes = 0;
  try {
    const handle = await orUnavailable(name, open(path, 'wx', 0o600));
    try {
      for await (const chunk of content instanceof Uint8Array ? [content] : content) {
        await orUnavailable(name, handle.writeFile(chunk));
        sizeBytes += chunk.length;
      }
      await orUnavailable(name, handle.sync());
    } finally {
      await handle.close();
    }
    return { path, sizeBytes };
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A reader meets the old file or the new one. */
const place = (name: string, written: Written, path: string): Promise<void> =>
  orUnavailable(
    name,
    rename(written.path, path).then(() => syncFolder(dirname(path))),
  );

async function* readAll(name: string, path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw unavailable(name, error);
  }
}

/** In the order of whole names: a folder stands where its name with a slash would. */
async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<FileFacts> {
  const entries = await orUnavailable(
    folder,
    readdir(join(root, folder), { withFileTypes: true }).catch(nullWhenMissing),
  );
  const named = (entries ?? [])
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => ({ entry, name: `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}` }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const { entry, name } of named) {
    if (entry.isDirectory()) {
      if (name.startsWith(prefix) || prefix.startsWith(name)) yield* walk(root, name, prefix);
    } else if (name.startsWith(prefix)) {
      const facts = await factsOf(root, name, entry);
      if (facts !== null) yield facts;
    }
  }
}

/** Null for what is no file, or was removed since. */
async function factsOf(root: string, name: string, entry: Dirent): Promise<FileFacts | null> {
  if (!entry.isFile()) return null;
  const found = await orUnavailable(name, stat(join(root, name)).catch(nullWhenMissing));
  return found === null ? null : { name, sizeBytes: found.size };
}

function nullWhenMissing(error: unknown): null {
  if (systemErrorCode(error) === 'ENOENT') return null;
  throw error;
}

async function orUnavailable<Value>(name: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw unavailable(name, error);
  }
}

const unavailable = (name: string, cause: unknown): FilesUnavailable =>
  new FilesUnavailable(`the files folder failed at "${name}"`, { cause });
