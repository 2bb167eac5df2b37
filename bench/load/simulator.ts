import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../../src/operations/installation/simulator-process';

/** A Stripe simulator of its own, with its charges on disk, that tells nobody of what happens. */
export async function startLoneSimulator(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'fincore-bench-'));
  const simulator = await startSimulator({
    program: join(process.cwd(), 'dist', 'stripe-simulator.js'),
    port: 0,
    dataDirectory,
    log: () => undefined,
  });
  return {
    url: simulator.url,
    async stop() {
      await simulator.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
