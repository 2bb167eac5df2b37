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
  const file = await openFreshOwnedFile(options);
  await file.close();
}

/** The same, and leaves the new file open for reading and writing. */
export async function openFreshOwnedFile(options: {
  readonly path: string;
  readonly content: string;
  readonly account: Account;
}): Promise<FileHandle> {
  const { path, content, account } = options;
  const temporaryPath = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(temporaryPath, 'wx+', 0o600);
  try {
    if (account.kind === 'unprivileged') await file.chown(account.uid, account.gid);
    await file.writeFile(content);
    await file.sync();
    await rename(temporaryPath, path);
    return file;
  } catch (error) {
    await file.close();
    await rm(temporaryPath, { force: true });
    throw error;
  }
}
