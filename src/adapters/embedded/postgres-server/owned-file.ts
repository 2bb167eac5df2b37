import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Account } from './account';

/**
 * Replaces a file as a whole, readable by the account only. Root writes here into directories of an unprivileged
 * account, therefore a file is always made new (`wx` follows no link) and never opened by its old name.
 */
export async function replaceOwnedFile(options: {
  readonly path: string;
  readonly content: string;
  readonly account: Account;
}): Promise<void> {
  const temporaryPath = `${options.path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await createOwnedFile(temporaryPath, options.account);
    try {
      await file.writeFile(options.content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporaryPath, options.path);
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
}

/** Makes a file that must not exist yet. */
export async function createOwnedFile(path: string, account: Account): Promise<FileHandle> {
  const file = await open(path, 'wx', 0o600);
  if (account.kind === 'unprivileged') await file.chown(account.uid, account.gid);
  return file;
}
