import { randomBytes } from 'node:crypto';
import { chmod, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from '../../adapters/embedded/make-folders';
import { systemErrorCode } from '../../adapters/embedded/system-error-code';

const ownerOnly = 0o600;

/** Writes a file that only its owner can read, whole or not at all. */
export async function writePrivateJson(path: string, content: object): Promise<void> {
  await rename(await writeAside(path, content), path);
}

/** The same for a file that is not there yet: of several processes, what the first one writes stays. */
export async function addPrivateJson(path: string, content: object): Promise<void> {
  const aside = await writeAside(path, content);
  try {
    await link(aside, path);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function writeAside(path: string, content: object): Promise<string> {
  await makeFolders(dirname(path));
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(aside, 'wx', ownerOnly);
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(aside, ownerOnly);
  return aside;
}
