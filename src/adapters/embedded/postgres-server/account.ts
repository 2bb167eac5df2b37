import { lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../system-error-code';
import { EmbeddedPostgresError } from './errors';
import type { Layout } from './layout';

/** The user that PostgreSQL runs as: the one who started FinCore, or an unprivileged one when that is root. */
export type Account =
  { readonly kind: 'own' } | { readonly kind: 'unprivileged'; readonly uid: number; readonly gid: number };

/** `nobody` on every current Linux distribution. PostgreSQL refuses to run as root. */
const nobodyId = 65534;

/**
 * As root the server runs as the owner of the existing cluster, so that a user's data stays the user's after a start
 * with sudo; a new cluster, or one that a backup restored as root's, is given to `nobody`.
 */
export async function accountFor(layout: Layout): Promise<Account> {
  if (process.getuid?.() !== 0) {
    await refuseForeignCluster(layout);
    return { kind: 'own' };
  }
  if (process.platform !== 'linux') {
    throw new EmbeddedPostgresError(
      'account_refused',
      `PostgreSQL does not run as root on ${process.platform}: start FinCore as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const owner = await ownerOf(layout.clusterDirectory);
  if (owner && owner.uid !== 0) return { kind: 'unprivileged', ...owner };
  if (owner) await giveTree(layout.clusterDirectory, { uid: nobodyId, gid: nobodyId });
  return { kind: 'unprivileged', uid: nobodyId, gid: nobodyId };
}

/** What `spawn` needs to run a program as the account. */
export function spawnIdentity(account: Account): { uid?: number; gid?: number } {
  return account.kind === 'unprivileged' ? { uid: account.uid, gid: account.gid } : {};
}

/** Refuses a cluster whose files this user could not read; root may read them all. */
export async function refuseForeignCluster(layout: Layout): Promise<void> {
  const owner = await ownerOf(layout.clusterDirectory);
  const uid = process.getuid?.();
  if (!owner || uid === undefined || uid === 0 || owner.uid === uid) return;
  throw new EmbeddedPostgresError(
    'data_directory_denied',
    `${layout.clusterDirectory} belongs to uid ${owner.uid}, FinCore runs as uid ${uid}. ` +
      `Start FinCore as root or as uid ${owner.uid}, give the directory away once with ` +
      `"chown -R ${uid} ${layout.homeDirectory}", or set FINCORE_DATA_DIR to another directory.`,
  );
}

async function ownerOf(directory: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await lstat(directory);
    return { uid, gid };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw new EmbeddedPostgresError(
      'data_directory_denied',
      `${directory} cannot be read (${systemErrorCode(error) ?? String(error)}): it probably belongs to another user. ` +
        'Start FinCore as the user who started it first, or set FINCORE_DATA_DIR to another directory.',
      error,
    );
  }
}

async function giveTree(directory: string, to: { uid: number; gid: number }): Promise<void> {
  await lchown(directory, to.uid, to.gid);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    await lchown(join(entry.parentPath, entry.name), to.uid, to.gid);
  }
}
