import { readFile, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { writePrivateJson } from './private-json';
import { type SimulatorOptions, type SimulatorProcess, startSimulator } from './simulator-process';

/** The one simulator of an installation, whichever of its processes has started it. */
export interface SharedSimulator {
  readonly url: string;
  stop(): Promise<void>;
}

export interface SharedSimulatorOptions extends SimulatorOptions {
  /** Where the process that runs the simulator says so to the others. */
  readonly addressFile: string;
  /** Runs the work of one process of the installation at a time. */
  readonly inTurn: InTurn;
}

export type InTurn = <Value>(work: () => Promise<Value>) => Promise<Value>;

interface Address {
  readonly url: string;
  readonly pid: number;
}

const watchIntervalMs = 500;
/** A simulator that ends sooner after its start is started again later each time. */
const steadyMs = 60_000;
const longestRestartPauseMs = 30_000;

/** The pause before a simulator that keeps ending is started again. @param restarts in a row, 0 before the first one */
export const restartPauseMs = (restarts: number): number =>
  restarts === 0 ? 0 : Math.min(watchIntervalMs * 2 ** restarts, longestRestartPauseMs);

const answerTimeoutMs = 2_000;

/**
 * Joins the simulator that another process of the installation runs, or starts it. When the simulator ends, one of the
 * remaining processes starts it again on the same port, and the others join.
 */
export async function shareSimulator(options: SharedSimulatorOptions): Promise<SharedSimulator> {
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const first = await joinOrStart(options);
  const { url } = first;
  let own = first.own;
  let restarts = 0;
  let restartedAtMs = -Infinity;
  const rest = (ms: number) =>
    pause(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);

  const watch = async (): Promise<void> => {
    while (!isStopping()) {
      await rest(watchIntervalMs);
      if (isStopping() || (own !== null && !own.hasEnded())) continue;
      if ((await readAddress(options.addressFile)) !== null) continue;
      if (performance.now() - restartedAtMs > steadyMs) restarts = 0;
      await rest(restartPauseMs(restarts));
      if (isStopping()) continue;
      restarts += 1;
      restartedAtMs = performance.now();
      options.log('The Stripe simulator has ended; starting it again.');
      // The simulator prints its own errors; the next round tries again.
      own = await joinOrStart({ ...options, port: Number(new URL(url).port) }).then(
        (again) => again.own,
        () => null,
      );
    }
  };
  const watching = watch();
  return {
    url,
    async stop() {
      stopping.abort();
      await watching;
      if (own === null || own.hasEnded()) return;
      // First the address: once the simulator has ended, another process may have written its own.
      await rm(options.addressFile, { force: true });
      await own.stop();
    },
  };
}

/** In turn, since two that start at once would want one port, and write into one folder. */
const joinOrStart = (
  options: SharedSimulatorOptions,
): Promise<{ readonly url: string; readonly own: SimulatorProcess | null }> =>
  options.inTurn(async () => {
    const running = await readAddress(options.addressFile);
    if (running !== null) return { url: running.url, own: null };
    const own = await startSimulator(options);
    const address: Address = { url: own.url, pid: own.pid };
    try {
      await writePrivateJson(options.addressFile, address);
    } catch (error) {
      await own.stop();
      throw error;
    }
    return { url: own.url, own };
  });

/** Null unless the process of the file is alive and answers: a file that a killed process left says nothing. */
async function readAddress(file: string): Promise<Address | null> {
  try {
    const address = JSON.parse(await readFile(file, 'utf8')) as Address;
    process.kill(address.pid, 0);
    const answer = await fetch(`${address.url}/simulator/faults`, {
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    await answer.arrayBuffer();
    return answer.ok ? address : null;
  } catch {
    return null;
  }
}
