import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../system-error-code';
import type { Account } from './account';
import type { Binaries } from './binaries';
import { clusterPathFor } from './cluster-path';
import { loopback, superuser, writeConnectionFile } from './connection-file';
import { EmbeddedPostgresError } from './errors';
import { choosePort } from './free-port';
import type { Layout } from './layout';
import { replaceOwnedFile } from './owned-file';
import { runProgram } from './run-program';
import { includeSettings } from './settings';

const initializeTimeoutMs = 120_000;
const stagingPrefix = 'initializing-';
/** Far longer than an initialization may take: what is older was left by a killed process. */
const abandonedAfterMs = 10 * initializeTimeoutMs;

/**
 * Makes the cluster aside and renames it into place, password included: a process killed in between leaves no half
 * cluster, and of two processes that do it at once one wins while the other throws its own away.
 */
export async function initializeCluster(layout: Layout, binaries: Binaries, account: Account): Promise<void> {
  await removeAbandoned(layout.homeDirectory);
  const staging = await mkdtemp(join(layout.homeDirectory, stagingPrefix));
  try {
    const clusterDirectory = join(staging, 'data');
    const password = randomBytes(24).toString('base64url');
    await mkdir(clusterDirectory, { mode: 0o700 });
    for (const directory of [staging, clusterDirectory]) await give(directory, account);
    await runInitdb({
      clusterDirectory,
      passwordFile: join(staging, 'password'),
      password,
      binaries,
      account,
    });
    await includeSettings(clusterDirectory, account);
    const connectionFile = join(clusterDirectory, 'fincore-connection.json');
    const port = await choosePort(undefined);
    await writeConnectionFile(connectionFile, { host: loopback, port, user: superuser, password }, account);
    await renameUnlessThere(clusterDirectory, layout.clusterDirectory);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function runInitdb(options: {
  readonly clusterDirectory: string;
  readonly passwordFile: string;
  readonly password: string;
  readonly binaries: Binaries;
  readonly account: Account;
}): Promise<void> {
  const { clusterDirectory, account, binaries } = options;
  await replaceOwnedFile({ path: options.passwordFile, content: `${options.password}\n`, account });
  const outcome = await runProgram({
    file: binaries.initdbFile,
    arguments: [
      ['--pgdata', clusterPathFor(account, clusterDirectory)],
      ['--username', superuser],
      ['--pwfile', '../password'],
      ['--auth', 'scram-sha-256'],
      ['--encoding', 'UTF8'],
      // The built-in provider sorts alike on every system; the C library's order changes with its version.
      ['--locale', 'C'],
      ['--locale-provider', 'builtin'],
      ['--builtin-locale', 'C.UTF-8'],
      ['--data-checksums'],
    ].flat(),
    account,
    workingDirectory: clusterDirectory,
    timeoutMs: initializeTimeoutMs,
  });
  if (outcome.kind === 'succeeded') return;
  throw new EmbeddedPostgresError(
    'initialization_failed',
    'PostgreSQL could not initialize its data directory. Is there room on the disk? ' +
      `Another place can be named with FINCORE_DATA_DIR, another server with DATABASE_URL. initdb said: ${outcome.output}`,
  );
}

async function give(directory: string, account: Account): Promise<void> {
  if (account.kind === 'unprivileged') await chown(directory, account.uid, account.gid);
}

async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    throw error;
  }
}

async function removeAbandoned(homeDirectory: string): Promise<void> {
  const names = (await readdir(homeDirectory)).filter((name) => name.startsWith(stagingPrefix));
  for (const name of names) {
    const path = join(homeDirectory, name);
    const modifiedAtMs = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    const isAbandoned = modifiedAtMs !== undefined && Date.now() - modifiedAtMs > abandonedAfterMs;
    if (isAbandoned) await rm(path, { recursive: true, force: true });
  }
}
