import { access, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { systemErrorCode } from '../system-error-code';
import { accountFor, type Account } from './account';
import { copyParentsFor, usableBinaries, type Binaries } from './binaries';
import { readConnectionFile, type Connection } from './connection-file';
import { EmbeddedPostgresError } from './errors';
import { initializeCluster } from './initialize';
import { launchServer, type LaunchOutcome } from './launch';
import type { Layout } from './layout';
import { takeLease, type Lease } from './lease';
import { findPackagedBinaries, type PackagedBinaries } from './packaged-binaries';
import { serverState } from './server-state';

/** A server in use by this process. */
export interface Acquired {
  readonly lease: Lease;
  readonly pid: number;
  readonly connection: Connection;
  /** False when the server was running already. */
  readonly isLaunched: boolean;
}

export interface AcquireOptions {
  readonly layout: Layout;
  readonly packaged: PackagedBinaries | undefined;
  readonly log: (line: string) => void;
  readonly startTimeoutMs: number;
  /** How long to wait while another program has the cluster's port; then a server that is started takes another one. */
  readonly portPatienceMs: number;
}

const pollIntervalMs = 20;
const relaunchPauseMs = 200;
/** A port that was taken in the last moment is cured by trying again; most other failures are not. */
const failureLimit = 3;

/**
 * What PostgreSQL says when trying again is right: the backends of a killed server need a moment to notice, and another
 * process may have been faster to start the same cluster.
 */
const passingObstacles = ['is still in use', 'lock file "postmaster.pid" already exists'];

/** Uses the running server of the cluster, or starts it; anyone who else does the same at the same time ends up with the same one. */
export async function acquireServer(options: AcquireOptions): Promise<Acquired> {
  const { layout } = options;
  const account = await accountFor(layout);
  const deadlineMs = Date.now() + options.startTimeoutMs;
  let isLaunched = false;
  let binaries: Binaries | undefined;
  let failures = 0;
  let obstacle = 'nothing was tried';

  while (Date.now() < deadlineMs) {
    const state = await serverState(layout);
    if (state.kind === 'ready') {
      const connection = { ...(await readConnectionFile(layout.connectionFile)), port: state.port };
      const attempt = await takeLease(connection);
      if (attempt.kind === 'held') return { lease: attempt.lease, pid: state.pid, connection, isLaunched };
      obstacle = `process ${state.pid} on port ${state.port} does not answer: ${attempt.reason}`;
    } else if (state.kind === 'absent' || state.kind === 'stale') {
      binaries ??= await findBinaries(options, account);
      const outcome = await launch({ ...options, account, binaries, deadlineMs });
      isLaunched = outcome.kind === 'ready';
      if (outcome.kind === 'ended') {
        obstacle = outcome.log;
        if (!passingObstacles.some((message) => outcome.said.includes(message))) failures += 1;
        if (failures >= failureLimit) throw startFailed(obstacle);
        await pause(relaunchPauseMs);
      }
      continue;
    } else {
      obstacle = `process ${state.pid} is ${state.kind} for longer than that`;
    }
    await pause(pollIntervalMs);
  }
  throw new EmbeddedPostgresError(
    'start_timed_out',
    `PostgreSQL was not ready after ${options.startTimeoutMs} ms: ${obstacle}. If it recovers after a crash, wait and ` +
      `start FinCore again; its log is in ${layout.serverLogDirectory}.`,
  );
}

async function findBinaries(options: AcquireOptions, account: Account): Promise<Binaries> {
  const packaged = options.packaged ?? (await findPackagedBinaries());
  const copyParents = copyParentsFor(account, options.layout.homeDirectory);
  return usableBinaries({ packaged, account, copyParents, log: options.log });
}

async function launch(
  options: AcquireOptions & {
    readonly account: Account;
    readonly binaries: Binaries;
    readonly deadlineMs: number;
  },
): Promise<LaunchOutcome> {
  const { layout, account, binaries, deadlineMs, portPatienceMs } = options;
  if (!(await exists(layout.versionFile))) {
    options.log('Preparing the database, the first time only');
    await initializeCluster(layout, binaries, account);
  }
  // Looked at again: since the caller looked, another process may have started a server, whose file must stay.
  const state = await serverState(layout);
  if (state.kind === 'stale' && state.blocksStart) await rm(layout.processFile, { force: true });
  return launchServer({ layout, binaries, account, deadlineMs, portPatienceMs });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function startFailed(log: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'start_failed',
    `PostgreSQL does not start. Mend what its log says, name another FINCORE_DATA_DIR, or set DATABASE_URL. ${log}`,
  );
}
