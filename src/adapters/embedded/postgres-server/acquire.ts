import { access, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { accountFor, type Account } from './account';
import { copyParentsFor, usableBinaries } from './binaries';
import { readConnectionFile, type Connection } from './connection-file';
import { EmbeddedPostgresError, systemErrorCode } from './errors';
import { initializeCluster } from './initialize';
import { launchServer, type LaunchOutcome } from './launch';
import type { Layout } from './layout';
import { takeLease, type Lease } from './lease';
import { findPackagedBinaries, type PackagedBinaries } from './packaged-binaries';
import { serverState, type ServerState } from './server-state';

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
}

const POLL_INTERVAL_MS = 20;
const RELAUNCH_PAUSE_MS = 200;
/** A port taken in the last moment, or another process that starts the same cluster, are cured by trying again. */
const LAUNCH_LIMIT = 4;

/** Backends of a killed server need a moment to notice; until then PostgreSQL refuses to open their files. */
const LEFT_BEHIND_MESSAGE = 'is still in use';

/** Uses the running server of the cluster, or starts it; whoever else does the same at the same time ends up with the same one. */
export async function acquireServer(options: AcquireOptions): Promise<Acquired> {
  const { layout } = options;
  const account = await accountFor(layout);
  const deadlineMs = Date.now() + options.startTimeoutMs;
  let isLaunched = false;
  let launches = 0;
  let obstacle = 'nothing was tried';

  while (Date.now() < deadlineMs) {
    const state = await serverState(layout);
    if (state.kind === 'ready') {
      const connection = { ...(await readConnectionFile(layout.connectionFile)), port: state.port };
      const attempt = await takeLease(connection);
      if (attempt.kind === 'held') return { lease: attempt.lease, pid: state.pid, connection, isLaunched };
      obstacle = `process ${state.pid} on port ${state.port} does not answer: ${attempt.reason}`;
    } else if (state.kind === 'absent' || state.kind === 'stale') {
      const outcome = await launch({ ...options, account, deadlineMs }, state);
      isLaunched = outcome.kind === 'ready';
      if (outcome.kind === 'ended') {
        obstacle = outcome.log;
        const isLeftBehind = outcome.log.includes(LEFT_BEHIND_MESSAGE);
        if (!isLeftBehind) launches += 1;
        if (launches >= LAUNCH_LIMIT) throw startFailed(obstacle);
        await pause(RELAUNCH_PAUSE_MS);
      }
      continue;
    } else {
      obstacle = `process ${state.pid} is ${state.kind} for longer than that`;
    }
    await pause(POLL_INTERVAL_MS);
  }
  throw new EmbeddedPostgresError(
    'start_timed_out',
    `PostgreSQL was not ready after ${options.startTimeoutMs} ms: ${obstacle}. If it recovers after a crash, wait and ` +
      `start FinCore again; its log is in ${layout.serverLogDirectory}.`,
  );
}

async function launch(
  options: AcquireOptions & { readonly account: Account; readonly deadlineMs: number },
  state: ServerState,
): Promise<LaunchOutcome> {
  const { layout, log, account, deadlineMs } = options;
  const packaged = options.packaged ?? (await findPackagedBinaries());
  const binaries = await usableBinaries({
    packaged,
    account,
    copyParents: copyParentsFor(account, layout.homeDirectory),
    log,
  });
  if (!(await exists(layout.versionFile))) {
    log('Preparing the database, the first time only');
    await initializeCluster(layout, binaries, account);
  }
  if (state.kind === 'stale' && state.blocksStart) await rm(layout.processFile, { force: true });
  return launchServer({ layout, binaries, account, deadlineMs });
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
