import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { programEnvironment } from './run-program';

/** A small process that outlives its parent and ends a server that the parent can no longer end. */
export interface Guard {
  /** Ends the guard, because its parent has given the server up in order. */
  dismiss(): void;
  /** Lets the guard end the server now, if no process uses it. The guard waits for a server that is still starting. */
  release(): void;
}

/**
 * `read` returns when the parent is gone, however the parent ended, because the kernel then closes the parent's end of the
 * pipe. The shell waits instead of Node.js, since the shell takes one megabyte and the wait lasts as long as the parent.
 */
const waitForParent = 'trap "" HUP INT TERM; read -r _; exec "$0" "$@"';

/**
 * Starts a guard for the server of a data directory. Without a guard, a killed parent leaves its server running.
 * @param program runs `endUnusedServer` with the data directory as its argument
 */
export function startGuard({ program, dataDir }: { program: string; dataDir: string }): Guard {
  const child = spawn('/bin/sh', ['-c', waitForParent, process.execPath, program, dataDir], {
    cwd: '/',
    env: programEnvironment,
    // A session of its own, so that neither Ctrl-C nor a closed terminal reaches the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a guard the server works just as well. Only a killed parent would leave it behind.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return { dismiss: () => void child.kill('SIGKILL'), release: () => child.stdin.destroy() };
}
