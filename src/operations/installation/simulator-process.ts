import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endChild, hasEnded, remarksOf } from './child-process';

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
  const remarks = remarksOf(child);
  createInterface({ input: child.stderr }).on('line', options.log);
  try {
    return {
      url: await readiness(child, remarks),
      pid: child.pid ?? 0,
      hasEnded: () => hasEnded(child),
      stop: () => endChild(child),
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function readiness(child: ChildProcessWithoutNullStreams, remarks: () => string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  return new Promise<string>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the Stripe simulator did not become ready')), startTimeoutMs);
    child.once('error', reject);
    // Not at its exit, which may come before the last that it said.
    child.once('close', (code) =>
      reject(new Error(remarks().trimEnd() || `the Stripe simulator ended with code ${String(code)}`)),
    );
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve((JSON.parse(line) as { url: string }).url),
    );
  }).finally(() => clearTimeout(timer));
}
