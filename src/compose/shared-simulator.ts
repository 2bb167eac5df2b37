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
}

interface Address {
  readonly url: string;
  readonly pid: number;
}

const watchIntervalMs = 500;
const answerTimeoutMs = 2_000;

/**
 * Joins the simulator that another process of the installation runs, or starts it. When it ends, with its process or
 * by itself, the processes that are left start it again on the same port: one of them gets it, the others join.
 */
export async function shareSimulator(options: SharedSimulatorOptions): Promise<SharedSimulator> {
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  let own: SimulatorProcess | null = null;
  const running = await readAddress(options.addressFile);
  if (running === null) own = await startAndTell(options);
  const { url } = running ?? own ?? { url: '' };

  const watch = async (): Promise<void> => {
    while (!isStopping()) {
      await pause(watchIntervalMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (isStopping() || (own !== null && !own.hasEnded())) continue;
      if ((await readAddress(options.addressFile)) !== null) continue;
      options.log('The Stripe simulator has ended; starting it again.');
      // Another process may be faster: then the port is taken, and its simulator is joined in the next round.
      own = await startAndTell({ ...options, port: Number(new URL(url).port) }).catch(() => null);
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

async function startAndTell(options: SharedSimulatorOptions): Promise<SimulatorProcess> {
  const started = await startSimulator(options);
  const address: Address = { url: started.url, pid: started.pid };
  await writePrivateJson(options.addressFile, address);
  return started;
}

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
