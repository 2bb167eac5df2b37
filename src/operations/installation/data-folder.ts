import { mkdtemp, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolders } from '../../adapters/embedded/make-folders';
import { systemErrorCode } from '../../adapters/embedded/system-error-code';

const ownerOnly = 0o700;

/** Makes the data folder where it is missing, and tries whether anything can be put into it, before all else is started. */
export async function prepareDataFolder(dataDirectory: string): Promise<void> {
  try {
    await makeFolders(dataDirectory, ownerOnly);
    await rmdir(await mkdtemp(join(dataDirectory, '.writable-')));
  } catch (error) {
    throw new Error(
      `The data folder ${resolve(dataDirectory)} cannot be made or written (${systemErrorCode(error) ?? String(error)}). Set FINCORE_DATA_DIR to a folder that this user may write.`,
      { cause: error },
    );
  }
}
