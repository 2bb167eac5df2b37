import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { makeFolders } from '../make-folders';
import { syncFolder } from '../sync-folder';
import { systemErrorCode } from '../system-error-code';
import { type Manifest, manifestName, manifestSumName, manifestSumText, manifestText } from './manifest';
import { writeSealed } from './sealed-file';

/** The folder that was named holds something; nothing of it is ever overwritten. */
export class BackupFolderOccupied extends Error {
  override readonly name = 'BackupFolderOccupied';
}

/**
 * Writes a backup beside its final place and gives it its name when it is complete: a folder of that name is a whole
 * backup or none. A failure removes what was written.
 * @param write fills the folder that it is given, and tells what is in it
 * @throws BackupFolderOccupied
 */
export async function writeBackupFolder(
  path: string,
  write: (folder: string) => Promise<Manifest>,
): Promise<Manifest> {
  const target = resolve(path);
  await refuseOccupied(target);
  const parent = dirname(target);
  const partial = join(parent, `.${basename(target)}.${String(process.pid)}.partial`);
  try {
    await makeFolders(parent);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    throw new Error(
      `${target} cannot be made (${systemErrorCode(error) ?? String(error)}); name a folder where this user may write. Nothing was written.`,
      { cause: error },
    );
  }
  try {
    const manifest = await write(partial);
    await writeManifest(partial, manifest);
    await syncFolders(partial);
    // Takes the place of an empty folder, and fails where somebody filled it meanwhile.
    await rename(partial, target);
    await syncFolder(parent);
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function refuseOccupied(target: string): Promise<void> {
  const found = await readdir(target).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    if (systemErrorCode(error) === 'ENOTDIR') return ['itself'];
    throw error;
  });
  if (found.length > 0)
    throw new BackupFolderOccupied(
      `${target} is not empty; name a folder that is new or empty. Nothing was written.`,
    );
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const text = manifestText(manifest);
  await writeSealed(join(folder, manifestName), () => Readable.from([Buffer.from(text)]));
  const digest = createHash('sha256').update(text).digest('hex');
  await writeSealed(join(folder, manifestSumName), () =>
    Readable.from([Buffer.from(manifestSumText(digest))]),
  );
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isDirectory()) await syncFolder(join(entry.parentPath, entry.name));
  await syncFolder(folder);
}
