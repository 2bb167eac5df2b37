import { resolve } from 'node:path';
import { acquireServer, type Acquired, type AcquireOptions } from './acquire';
import { connectionStringOf } from './connection-file';
import { EmbeddedPostgresError } from './errors';
import { startGuard, type Guard } from './guard';
import { prepareLayout, type Layout } from './layout';
import { asProgram, ensureProgramLogin } from './program-login';
import { takeLease, type Lease } from './lease';
import type { PackagedBinaries } from './packaged-binaries';
import { serverState } from './server-state';
import { shutDownServer } from './shut-down';

/** A real, durable PostgreSQL on this machine, reachable on the loopback address only. */
export interface EmbeddedPostgres {
  /** As the superuser. @param database defaults to `postgres` */
  connectionString(database?: string): string;
  /**
   * As the login of programs, which the application role is granted to and nothing else; made where it is missing. The
   * application role must be there already.
   */
  programConnectionString(database: string): Promise<string>;
  /** True when the server was running already, started by another process or left by a killed one without a guard. */
  readonly adopted: boolean;
  /**
   * Gives the server up. The last process that does so shuts it down (all commits kept); while others use it, it stays.
   * @throws EmbeddedPostgresError `stop_timed_out`
   */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** The server lives in `postgres/` below it; made when missing. */
  readonly dataDir: string;
  /** Receives a sentence about each step that takes time. @default no messages */
  readonly log?: (line: string) => void;
  /** Includes the recovery after a crash. @default 120000 */
  readonly startTimeoutMs?: number;
  /** @default what npm installed for this platform */
  readonly packaged?: PackagedBinaries;
  /**
   * A program that runs `endUnusedServer` after the death of this process. @default none: a killed process leaves the
   * server running, and the next start adopts it
   */
  readonly guardProgram?: string;
  /** Called once when the server ended unexpectedly and could not be restarted. @default only `log` receives it */
  readonly onGivenUp?: (error: EmbeddedPostgresError) => void;
}

const defaultStartTimeoutMs = 120_000;
/** A server that dies more often than that in the window is broken; starting it again would only hide it. */
const recoveryLimit = 10;
const recoveryWindowMs = 600_000;
/** Anyone who uses the server knows it by its port, and an outgoing connection that took it meanwhile ends. */
const relaunchPortPatienceMs = 30_000;

/**
 * Starts the server of a data directory, or joins the one that runs there, and keeps it running: when it crashes, it
 * is started again on the same port and recovers what was committed. Any number of processes may do so at once.
 * @throws EmbeddedPostgresError with what the operator can do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const acquireOptions: AcquireOptions = {
    layout: await prepareLayout(options.dataDir),
    packaged: options.packaged,
    log: options.log ?? (() => undefined),
    startTimeoutMs: options.startTimeoutMs ?? defaultStartTimeoutMs,
    portPatienceMs: 0,
  };
  // Before the server, so that no moment is left in which a killed process leaves one behind.
  const guard = startGuardOf(options);
  try {
    const first = await acquireServer(acquireOptions);
    return keepRunning({ first, acquireOptions, guard, onGivenUp: options.onGivenUp });
  } catch (error) {
    guard?.release();
    throw error;
  }
}

const startGuardOf = ({ guardProgram, dataDir }: EmbeddedPostgresOptions): Guard | undefined =>
  guardProgram === undefined ? undefined : startGuard({ program: guardProgram, dataDir: resolve(dataDir) });

function keepRunning(options: {
  readonly first: Acquired;
  readonly acquireOptions: AcquireOptions;
  readonly guard: Guard | undefined;
  readonly onGivenUp: ((error: EmbeddedPostgresError) => void) | undefined;
}): EmbeddedPostgres {
  const { first, acquireOptions, guard } = options;
  const { log, layout } = acquireOptions;
  let current = first;
  let recovery: Promise<void> = Promise.resolve();
  let stopped: Promise<void> | undefined;
  const recoveredAtMs: number[] = [];

  const recover = async () => {
    try {
      refuseEndlessRecovery(recoveredAtMs);
      log('PostgreSQL ended unexpectedly; starting it again');
      current = await acquireServer({ ...acquireOptions, portPatienceMs: relaunchPortPatienceMs });
      refuseOtherPort(first, current);
      log('PostgreSQL is back');
      current.lease.onLost(onLost);
    } catch (error) {
      const givenUp = asGivenUp(error);
      log(givenUp.message);
      options.onGivenUp?.(givenUp);
    }
  };
  const onLost = () => {
    if (stopped === undefined) recovery = recover();
  };
  current.lease.onLost(onLost);

  return {
    adopted: !first.isLaunched,
    connectionString: (database = 'postgres') => connectionStringOf(first.connection, database),
    async programConnectionString(database) {
      const program = asProgram(first.connection);
      await ensureProgramLogin(connectionStringOf(first.connection, database), program);
      return connectionStringOf(program, database);
    },
    stop: () => (stopped ??= recovery.then(() => giveUp(current, layout)).then(() => guard?.dismiss())),
  };
}

function refuseEndlessRecovery(recoveredAtMs: number[]): void {
  const now = Date.now();
  recoveredAtMs.push(now);
  const recent = recoveredAtMs.splice(0).filter((atMs) => now - atMs < recoveryWindowMs);
  recoveredAtMs.push(...recent);
  if (recent.length <= recoveryLimit) return;
  throw new EmbeddedPostgresError(
    'start_failed',
    `PostgreSQL ended ${recent.length} times in ${recoveryWindowMs / 60_000} minutes and is not started again. ` +
      'Its log tells why; mend that and start FinCore again.',
  );
}

function refuseOtherPort(first: Acquired, now: Acquired): void {
  if (now.connection.port === first.connection.port) return;
  throw new EmbeddedPostgresError(
    'start_failed',
    `PostgreSQL came back on port ${now.connection.port}, because another program took port ${first.connection.port}. ` +
      'Start FinCore again to use it.',
  );
}

function asGivenUp(error: unknown): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  return new EmbeddedPostgresError('start_failed', 'PostgreSQL ended and could not be started again.', error);
}

async function giveUp(current: Acquired, layout: Layout): Promise<void> {
  const held = await sessionStillHeld(current, layout);
  if (held === undefined) return;
  try {
    if (held.isLast) await shutDownServer(held.pid);
  } finally {
    await held.lease.end();
  }
}

/** The session may have been lost just now, with the server or without it. */
async function sessionStillHeld(
  current: Acquired,
  layout: Layout,
): Promise<{ lease: Lease; pid: number; isLast: boolean } | undefined> {
  try {
    return { lease: current.lease, pid: current.pid, isLast: await current.lease.releaseAsLast() };
  } catch {
    await current.lease.end();
    const state = await serverState(layout);
    if (state.kind !== 'ready') return undefined;
    const attempt = await takeLease({ ...current.connection, port: state.port });
    if (attempt.kind !== 'held') return undefined;
    return { lease: attempt.lease, pid: state.pid, isLast: await attempt.lease.releaseAsLast() };
  }
}
