import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandRefused } from '../../configuration/command-refused';
import { prepareDataFolder } from './data-folder';

const marker = (dataDirectory: string) => join(dataDirectory, 'restore-unfinished');

/** Stores that are restored in part look like whole ones: while they are being restored, nothing else opens them. */
export async function markUnfinishedRestore(dataDirectory: string): Promise<void> {
  await prepareDataFolder(dataDirectory);
  await writeFile(marker(dataDirectory), '', { flag: 'wx', mode: 0o600 });
}

export const clearUnfinishedRestore = (dataDirectory: string): Promise<void> => rm(marker(dataDirectory));

/** @throws CommandRefused when a restore into this data folder is under way, or was cut off. */
export async function refuseUnfinishedRestore(dataDirectory: string): Promise<void> {
  try {
    await access(marker(dataDirectory));
  } catch {
    return;
  }
  throw new CommandRefused(
    `A restore into ${dataDirectory} is under way or was cut off. Wait for it; if none runs any more, empty that ` +
      'folder (and the databases, where they are on a server of their own) and restore again.',
  );
}
