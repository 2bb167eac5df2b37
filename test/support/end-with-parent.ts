import { type ChildProcess, spawn } from 'node:child_process';

/** The input of the watcher ends with the process that holds its other end, however that one ends. */
const watch = 'read -r _; kill -KILL "$0"';

/** Kills a process when this one ends: a test that is killed leaves nothing behind. */
export function endWithParent(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const watcher = spawn('sh', ['-c', watch, String(child.pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  // Its number may belong to another process as soon as it is gone.
  child.once('exit', () => watcher.kill('SIGKILL'));
}
