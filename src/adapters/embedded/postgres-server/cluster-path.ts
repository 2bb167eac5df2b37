import type { Account } from './account';

/**
 * The path that PostgreSQL gets as its data directory; its working directory is that directory in any case.
 *
 * The unprivileged account may be unable to enter the folders above (a project below /root). The link /proc/self/cwd
 * leads straight to the working directory, which the process got while it was still root, without passing through them.
 * So the data stays where the operator wants it. All processes of the server share that working directory.
 */
export function clusterPathFor(account: Account, clusterDirectory: string): string {
  return account.kind === 'unprivileged' ? '/proc/self/cwd' : clusterDirectory;
}
