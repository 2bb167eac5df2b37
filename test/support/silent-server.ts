import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '../../src/adapters/embedded/system-error-code';

/** Stops every process of a PostgreSQL server, so that it is silent like one whose machine is gone. @returns lets it go on */
export async function silence(postmaster: number): Promise<() => void> {
  const children = await readFile(`/proc/${String(postmaster)}/task/${String(postmaster)}/children`, 'utf8');
  const pids = [postmaster, ...children.split(' ').filter(Boolean).map(Number)];
  for (const pid of pids) signal(pid, 'SIGSTOP');
  return () => {
    for (const pid of pids) signal(pid, 'SIGCONT');
  };
}

/** A process of a session may have ended meanwhile. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}
