import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Log } from '../../core/ports';
import { endChild, remarksOf } from './child-process';
import type { VerificationRound } from '../../verification/watch';

export interface BackgroundVerification {
  stop(): Promise<void>;
}

export interface BackgroundVerificationOptions {
  /** The bundled command line. */
  readonly program: string;
  /** Before the first round and between two of them; 0 for none at all. */
  readonly intervalMs: number;
  readonly log: Log;
  readonly onRound: (round: VerificationRound) => void;
}

/**
 * `fincore verify --watch` beside the server, in a process of its own with the lowest priority: hashing a million
 * events must not hold up a payment. One that has ended, because it found a fault or was killed, is started again
 * after the interval and begins with everything, so that a fault is reported until it is gone.
 */
export function startBackgroundVerification(options: BackgroundVerificationOptions): BackgroundVerification {
  const { intervalMs } = options;
  let child: ChildProcess | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isStopping = false;

  function startLater(): void {
    if (isStopping || intervalMs === 0) return;
    timer = setTimeout(() => {
      child = startWatch(options);
      child.once('exit', startLater);
    }, intervalMs);
    timer.unref();
  }

  startLater();
  return {
    async stop() {
      isStopping = true;
      if (timer !== null) clearTimeout(timer);
      if (child !== null) await endChild(child);
    },
  };
}

function startWatch({ program, intervalMs, log, onRound }: BackgroundVerificationOptions): ChildProcess {
  const child = fork(program, ['verify', '--watch', '--interval', String(intervalMs / 1_000)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C reaches the whole process group; the server ends it when it ends itself.
    detached: true,
  });
  if (child.pid !== undefined) lowerPriority(child.pid, log);
  const remarks = remarksOf(child);
  child.on('message', (message) => {
    const round = message as VerificationRound;
    onRound(round);
    const { outcome, told } = round;
    if (outcome === 'fault') log.error({ fault: told }, 'verification found a fault in the books');
    if (outcome === 'failed') log.warn({ cause: told }, 'the books could not be verified; trying again');
  });
  child.once('error', (error) => log.warn({ err: error }, 'the background verification cannot be run'));
  child.once('exit', (code, signal) => {
    if (code !== 0 && code !== 1)
      log.warn({ code, signal, remarks: remarks() }, 'the background verification ended unexpectedly');
  });
  return child;
}

/** Best effort: where it is not allowed, the verification runs with the priority of the server. */
function lowerPriority(pid: number, log: Log): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    log.info({ err: error }, 'the background verification keeps its priority');
  }
}
