import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endWithParent } from '../end-with-parent';

/** A program of a container, as a process of its own. */
export interface CloudProgram {
  readonly child: ChildProcess;
  /** Everything that it has said so far. */
  readonly said: () => string;
  /** Resolves with the exit code, or the signal, that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(): Promise<number | NodeJS.Signals>;
  stop(): Promise<number | NodeJS.Signals>;
}

/** Starts dist/`name`.js with exactly this environment. */
export function startProgram(
  name: 'aws-api' | 'aws-relay' | 'aws-migrate',
  environment: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): CloudProgram {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', join(process.cwd(), 'dist', `${name}.js`), ...words],
    { env: { PATH: process.env['PATH'] ?? '', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  endWithParent(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const end = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return { child, ended, said: () => text, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}
