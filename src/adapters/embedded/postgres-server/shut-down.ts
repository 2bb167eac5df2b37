import { setTimeout as pause } from 'node:timers/promises';
import { systemErrorCode } from '../system-error-code';
import { EmbeddedPostgresError } from './errors';
import { isAlive } from './process-table';

/** Fast shutdown: sessions end, a checkpoint is written. */
const fastTimeoutMs = 30_000;
/** Immediate shutdown: no checkpoint; the next start recovers from the log. */
const immediateTimeoutMs = 10_000;
const pollIntervalMs = 10;

/** Ends the server so that nothing committed is lost. @throws EmbeddedPostgresError `stop_timed_out` */
export async function shutDownServer(pid: number): Promise<void> {
  if (await signalAndWait({ pid, signal: 'SIGINT', timeoutMs: fastTimeoutMs })) return;
  if (await signalAndWait({ pid, signal: 'SIGQUIT', timeoutMs: immediateTimeoutMs })) return;
  throw new EmbeddedPostgresError(
    'stop_timed_out',
    `PostgreSQL (process ${pid}) does not end. Look at it with "ps -fp ${pid}"; a blocked disk is the usual reason.`,
  );
}

async function signalAndWait(options: {
  pid: number;
  signal: NodeJS.Signals;
  timeoutMs: number;
}): Promise<boolean> {
  const deadlineMs = Date.now() + options.timeoutMs;
  try {
    process.kill(options.pid, options.signal);
  } catch (error) {
    if (systemErrorCode(error) === 'ESRCH') return true;
    throw error;
  }
  while (Date.now() < deadlineMs) {
    if (!isAlive(options.pid)) return true;
    await pause(pollIntervalMs);
  }
  return false;
}
