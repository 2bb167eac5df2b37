import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface SimulatorProcess {
  readonly url: string;
  readonly pid: number;
  hasEnded(): boolean;
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  /** The bundled program. */
  readonly program: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly log: (line: string) => void;
}

const startTimeoutMs = 15_000;
const stopTimeoutMs = 5_000;

/** Starts the Stripe simulator as a process of its own, which ends with this one, however this one ends. */
export async function startSimulator(options: SimulatorOptions): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', options.program], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      STRIPE_SIMULATOR_PORT: String(options.port),
      STRIPE_SIMULATOR_DATA_DIR: options.dataDirectory,
    },
    // Ctrl-C reaches the whole process group; the simulator must outlive the workers that still call it.
    detached: true,
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    options.log(line);
  });
  try {
    return {
      url: await readiness(child, said),
      pid: child.pid ?? 0,
      hasEnded: () => hasEnded(child),
      stop: () => stop(child),
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function readiness(child: ChildProcess, said: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the Stripe simulator did not become ready')),
      startTimeoutMs,
    );
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(said.join('\n') || `the Stripe simulator ended with code ${String(code)}`)),
    );
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve((JSON.parse(line) as { url: string }).url);
    });
  });
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}
