import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from './eventually';
import type { Installation } from './fincore-process';

/** `npm start` in a terminal of its own, as a person runs it. */
export interface Terminal {
  /** Everything that the screen has shown so far. */
  said(): string;
  pressCtrlC(): void;
  /** Takes the terminal away, as a closed window or a lost SSH connection does. */
  close(): void;
  /** Resolves with the exit code of npm, or with the signal that ended the terminal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

const startTimeoutMs = 60_000;
const ctrlC = '\u0003';

/** Whether this machine has a program that makes terminals: Linux and macOS bring `script`, a bare container may not. */
export function hasTerminals(): boolean {
  try {
    execFileSync(
      'script',
      process.platform === 'linux' ? ['-qec', 'true', '/dev/null'] : ['-q', '/dev/null', 'true'],
      {
        stdio: 'ignore',
      },
    );
    return true;
  } catch {
    return false;
  }
}

/** Resolves when the program says that it is ready. */
export async function startInTerminal(installation: Installation): Promise<Terminal> {
  const words =
    process.platform === 'linux'
      ? ['-qec', 'exec npm start', '/dev/null']
      : ['-q', '/dev/null', 'npm', 'start'];
  const child: ChildProcess = spawn('script', words, {
    env: { ...installation.environment, HOME: process.env.HOME ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  await eventually(() => expect(text).toContain('Ctrl-C stops it'), { timeoutMs: startTimeoutMs });
  return {
    said: () => text,
    pressCtrlC: () => child.stdin?.write(ctrlC),
    close: () => child.kill('SIGKILL'),
    ended,
  };
}
