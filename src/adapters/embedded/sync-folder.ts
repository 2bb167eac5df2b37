import { open } from 'node:fs/promises';

/** Makes the names in a folder durable: a file that is on the disk is lost with its name. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
