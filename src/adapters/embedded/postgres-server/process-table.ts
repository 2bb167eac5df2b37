import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '../system-error-code';
import { runProgram } from './run-program';

const processNameTimeoutMs = 5_000;

/** Whether the number is taken; another user's process answers with EPERM. */
export function isListed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/**
 * Whether the process still runs. One that ended stays listed until its parent asks for its fate, which the first
 * process of a container may never do.
 */
export function isAlive(pid: number): boolean {
  return isListed(pid) && !hasEnded(pid);
}

/** @source proc(5): the state follows the name, which stands in parentheses and may hold any character. */
function hasEnded(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^ [ZX]/.test(status.slice(status.lastIndexOf(')') + 1));
  } catch (error) {
    const code = systemErrorCode(error);
    return code === 'ENOENT' || code === 'ESRCH';
  }
}

/** The name of the program, or undefined when it cannot be read. */
export async function processName(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/comm`, 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
  }
  const outcome = await runProgram({
    file: '/bin/ps',
    arguments: ['-p', String(pid), '-o', 'comm='],
    account: { kind: 'own' },
    workingDirectory: '/',
    timeoutMs: processNameTimeoutMs,
  });
  return outcome.kind === 'succeeded' ? outcome.output : undefined;
}
