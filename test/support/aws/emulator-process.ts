import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A stand-in for an AWS service, on the loopback address only. */
export interface Emulator {
  /** What the SDK's clients take as their endpoint. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Where the programs lie, also for anyone who is bundled elsewhere. */
const folder = join(process.cwd(), 'test', 'support', 'aws');
const startTimeoutMs = 30_000;
const stopTimeoutMs = 5_000;

/** Starts a program of this folder that tells its port, and ends when the process that started it does. */
export async function startEmulatorProcess(program: string): Promise<Emulator> {
  const child = fork(join(folder, program), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  try {
    const port = await portOf(child, program);
    return { endpoint: `http://127.0.0.1:${String(port)}`, stop: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

function portOf(child: ChildProcess, program: string): Promise<number> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`${program} ${what}\n${said}`));
    const timer = setTimeout(() => fail(`told no port within ${String(startTimeoutMs)} ms`), startTimeoutMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${String(code)}`);
    });
    child.once('message', (message) => {
      clearTimeout(timer);
      const port = typeof message === 'object' && 'port' in message ? message.port : undefined;
      if (typeof port === 'number') resolve(port);
      else fail('told something that is no port');
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(stopTimeoutMs) });
  child.kill('SIGKILL');
  await ended;
}
