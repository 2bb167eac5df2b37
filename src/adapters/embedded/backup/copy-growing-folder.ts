import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemErrorCode } from '../system-error-code';
import type { DataFile } from './manifest';
import { writeSealed } from './sealed-file';

/** Files may be replaced by newer ones meanwhile; so often in a row never happens to a folder that is only appended to. */
const maxTries = 20;

/**
 * Copies a folder whose files another process appends to, and now and then replaces by a summary under a newer
 * number. Numbers are in the names, so the newest file is measured first: what is in it was begun when the one
 * before it was complete, and the copy is the folder as it was at one moment, but for a torn last line.
 *
 * @param path of the copy, below `folder`
 */
export async function copyGrowingFolder(
  source: string,
  { folder, path }: { readonly folder: string; readonly path: string },
): Promise<readonly DataFile[]> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const opened = await openAll(source);
    if (opened === 'changed') continue;
    try {
      const copied: DataFile[] = [];
      for (const { name, handle, sizeBytes } of opened) {
        const target = `${path}/${name}`;
        copied.push({ path: target, ...(await copyOpened(handle, sizeBytes, join(folder, target))) });
      }
      return copied;
    } finally {
      await Promise.all(opened.map(({ handle }) => handle.close()));
    }
  }
  throw new Error(`${source} changed ${String(maxTries)} times while it was opened; try again`);
}

interface Opened {
  readonly name: string;
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

/** An open file stays readable after it has been removed; one that is gone before is a reason to look again. */
async function openAll(source: string): Promise<readonly Opened[] | 'changed'> {
  const opened: Opened[] = [];
  try {
    for (const name of await namesNewestFirst(source)) {
      const handle = await open(join(source, name), 'r');
      opened.push({ name, handle, sizeBytes: (await handle.stat()).size });
    }
    return opened;
  } catch (error) {
    await Promise.all(opened.map(({ handle }) => handle.close()));
    if (systemErrorCode(error) === 'ENOENT') return 'changed';
    throw error;
  }
}

/** What ends in `.part` is being written and counts only under its final name. A folder that is missing is empty. */
async function namesNewestFirst(source: string): Promise<readonly string[]> {
  try {
    return (await readdir(source))
      .filter((name) => !name.endsWith('.part'))
      .sort()
      .reverse();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Up to the size that was measured: what came later may rest on what is not in the copy. */
function copyOpened(handle: FileHandle, sizeBytes: number, target: string) {
  const content = () =>
    sizeBytes === 0
      ? Readable.from([])
      : handle.createReadStream({ autoClose: false, start: 0, end: sizeBytes - 1 });
  return writeSealed(target, content);
}
