import { statfs } from 'node:fs/promises';

/** One segment of PostgreSQL's log: with less, the next commit may find no place. */
const leastBytes = 16 * 1_024 * 1_024;

/** @throws Error when the disk of the data folder has less room than the next commits need */
export async function checkDiskRoom(dataDirectory: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDirectory);
  if (bavail * bsize < leastBytes) throw new Error('the disk of the data folder is full');
}
