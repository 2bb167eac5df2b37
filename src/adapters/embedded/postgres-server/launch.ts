import { spawn } from 'node:child_process';
import { readFile, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { spawnIdentity, type Account } from './account';
import type { Binaries } from './binaries';
import { clusterPathFor } from './cluster-path';
import { readConnectionFile, writeConnectionFile } from './connection-file';
import { EmbeddedPostgresError } from './errors';
import { choosePort } from './free-port';
import type { Layout } from './layout';
import { openFreshOwnedFile } from './owned-file';
import { programEnvironment } from './run-program';
import { serverLogTail, tailOf } from './server-log';
import { serverState } from './server-state';
import { fixedSettings, writeSettings } from './settings';

export type LaunchOutcome =
  | { readonly kind: 'ready' }
  /** `said` is of this start alone; `log` also shows what the server's log ends with. */
  | { readonly kind: 'ended'; readonly said: string; readonly log: string }
  | { readonly kind: 'timed-out' };

const pollIntervalMs = 10;

/**
 * Starts the server and waits until it accepts sessions. It ends at once when another process starts one on the same
 * cluster, since PostgreSQL itself allows only one.
 */
export async function launchServer(options: {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly account: Account;
  readonly deadlineMs: number;
  readonly portPatienceMs: number;
}): Promise<LaunchOutcome> {
  const { layout, account, portPatienceMs } = options;
  await refuseOtherVersion(layout, options.binaries);
  await writeSettings(layout, account);
  const connection = await readConnectionFile(layout.connectionFile);
  const port = await choosePort(connection.port, portPatienceMs);
  const startLog = await openFreshOwnedFile({ path: layout.startLogFile, content: '', account });
  try {
    const server = spawnServer({ ...options, port, startLog });
    while (Date.now() < options.deadlineMs) {
      const end = server.end();
      if (end !== undefined) {
        const said = `${end}\n${await tailOf(startLog)}`;
        return { kind: 'ended', said, log: `${said}\n${await serverLogTail(layout)}`.trim() };
      }
      const state = await serverState(layout);
      if (state.kind === 'ready' && state.pid === server.pid) {
        const isMoved = port !== connection.port;
        if (isMoved) await writeConnectionFile(layout.connectionFile, { ...connection, port }, account);
        return { kind: 'ready' };
      }
      await pause(pollIntervalMs);
    }
    return { kind: 'timed-out' };
  } finally {
    await startLog.close();
  }
}

/** Detached: the terminal's Ctrl-C reaches FinCore only, which drains its work before it stops the server. */
function spawnServer(options: {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly account: Account;
  readonly port: number;
  readonly startLog: FileHandle;
}): { pid: number | undefined; end: () => string | undefined } {
  const { layout, binaries, account, port, startLog } = options;
  let ended: string | undefined;
  const child = spawn(
    binaries.postgresFile,
    ['-D', clusterPathFor(account, layout.clusterDirectory), ...fixedSettings({ port })],
    {
      ...spawnIdentity(account),
      cwd: layout.clusterDirectory,
      env: programEnvironment,
      detached: true,
      stdio: ['ignore', startLog.fd, startLog.fd],
    },
  );
  child.once('error', (error) => (ended = `PostgreSQL could not be started: ${error.message}`));
  child.once(
    'exit',
    (code, signal) => (ended ??= `PostgreSQL ended with ${signal ?? `exit code ${String(code)}`}.`),
  );
  child.unref();
  return { pid: child.pid, end: () => ended };
}

async function refuseOtherVersion(layout: Layout, binaries: Binaries): Promise<void> {
  const version = (await readFile(layout.versionFile, 'utf8')).trim();
  if (version === String(binaries.majorVersion)) return;
  throw new EmbeddedPostgresError(
    'data_version_mismatch',
    `The data in ${layout.clusterDirectory} was written by PostgreSQL ${version}, this FinCore brings PostgreSQL ` +
      `${binaries.majorVersion}. Start it with the FinCore version that wrote it, dump the databases with pg_dump and ` +
      'load them into a new FINCORE_DATA_DIR; or serve the data by a PostgreSQL of that version and set DATABASE_URL.',
  );
}
