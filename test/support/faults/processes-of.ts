import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../../src/adapters/embedded/postgres-server/process-table';
import { eventually } from '../eventually';

/** The processes beside the program itself that an installation runs now, by their numbers. */
export interface OwnProcesses {
  readonly postgres: number;
  readonly simulator: number;
}

export async function processesOf(dataDirectory: string): Promise<OwnProcesses> {
  const postmaster = await readFile(join(dataDirectory, 'postgres', 'data', 'postmaster.pid'), 'utf8');
  const address = await readFile(join(dataDirectory, 'stripe-simulator.json'), 'utf8');
  return {
    postgres: Number(postmaster.split('\n')[0]),
    simulator: (JSON.parse(address) as { pid: number }).pid,
  };
}

const endTimeoutMs = 30_000;

/** Waits until none of the processes runs any more. @returns how long that took */
export async function expectAllEnded({ postgres, simulator }: OwnProcesses): Promise<number> {
  const begunMs = performance.now();
  await eventually(
    () => {
      const left = { postgres: isAlive(postgres), simulator: isAlive(simulator) };
      expect(left).toEqual({ postgres: false, simulator: false });
    },
    { timeoutMs: endTimeoutMs },
  );
  return performance.now() - begunMs;
}
