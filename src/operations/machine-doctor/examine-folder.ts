import { type Stats } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemErrorCode } from '../../adapters/embedded/system-error-code';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';
import { privateFiles } from '../backup';

const othersMask = 0o077;
const gib = 1_024 ** 3;
/** A day of a busy machine; with less, a backup has no place either. */
const leastFreeBytes = gib;
const leastFreeFileShare = 0.01;

/** The data folder and its secrets belong to this user, who can write there, and nobody else can read them. */
export async function examineFolder(dataDirectory: string): Promise<readonly Diagnosis[]> {
  const folder = resolve(dataDirectory);
  const found = await statIfThere(folder);
  if (found === null)
    return [ill(`${folder} does not exist`, 'Name the folder of the installation with FINCORE_DATA_DIR.')];
  const faults: Diagnosis[] = [];
  const user = process.getuid?.();
  if (user !== undefined && found.uid !== user)
    faults.push(
      ill(
        `${folder} belongs to the user ${String(found.uid)}, not to ${String(user)}`,
        'Run FinCore and its commands as the owner of the folder, or change its owner with chown -R.',
      ),
    );
  for (const path of [folder, ...privateFiles.map((name) => join(folder, name))]) {
    const mode = (await statIfThere(path))?.mode ?? 0;
    if ((mode & othersMask) !== 0)
      faults.push(ill(`other users may use ${path}`, `Take the right away: chmod go-rwx '${path}'`));
  }
  await access(folder, constants.W_OK | constants.X_OK).catch((error: unknown) =>
    faults.push(
      ill(
        `${folder} cannot be written (${systemErrorCode(error) ?? ''})`,
        'Give its owner the right to write.',
      ),
    ),
  );
  return faults.length > 0 ? faults : [well(`${folder} is this user's alone`)];
}

/** The disk of the data folder has room for a while. */
export async function examineDisk(dataDirectory: string): Promise<readonly Diagnosis[]> {
  const { bavail, bsize, files, ffree } = await statfs(dataDirectory);
  const free = `${((bavail * bsize) / gib).toFixed(1)} GiB free`;
  if (bavail * bsize < leastFreeBytes)
    return [
      ill(`${free} on the disk of the data folder`, 'Make room, or move the data folder to a larger disk.'),
    ];
  if (files > 0 && ffree / files < leastFreeFileShare)
    return [
      ill(`${String(ffree)} inodes free on the disk of the data folder`, 'Remove files that nobody needs.'),
    ];
  return [well(free)];
}

async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
