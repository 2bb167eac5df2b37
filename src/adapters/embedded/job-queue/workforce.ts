import type { Pool } from 'pg';
import { assert } from '../../../core/kernel';
import type { Log, WorkOptions } from '../../../core/ports';

import { listen } from '../../postgres/listen';
import { parseJobNotice } from './job-notice';
import { jobsChannel } from './jobs-store';
import { completeJobs } from './queries/complete-jobs';
import { failJobs } from './queries/fail-jobs';
import { leaseJobs } from './queries/lease-jobs';
import { lookForLanes } from './queries/look-for-lanes';
import { startWorker, type Worker, type WorkerStore } from './worker';

export interface WorkforceOptions {
  readonly pool: Pool;
  readonly connectionString: string;
  readonly pollIntervalMs: number;
  readonly random: () => number;
  readonly log: Log;
}

/** All workers of this process, and what they share. */
export interface Workforce {
  work(options: WorkOptions): { stop(): Promise<void> };
  /** The queue has work in this lane after the delay; null stands for lanes that are not known. */
  wake(queue: string, lane: string | null, delayMs?: number): void;
  stop(): Promise<void>;
}

export function createWorkforce(options: WorkforceOptions): Workforce {
  const { pool, log, random, pollIntervalMs } = options;
  const workers = new Set<Worker>();
  let stopListening: (() => Promise<void>) | null = null;
  let stopped = false;

  const wake: Workforce['wake'] = (queue, lane, delayMs) => {
    for (const worker of workers) if (worker.queue === queue) worker.wake(lane, delayMs);
  };
  const startListening = () =>
    listen({
      connectionString: options.connectionString,
      channel: jobsChannel,
      applicationName: 'fincore-jobs-listener',
      onNotification: ({ payload = '' }) => {
        const notice = parseJobNotice(payload);
        if (notice === null)
          log.warn({ channel: jobsChannel }, 'a notification that names no job is ignored');
        else wake(notice.queue, notice.lane, notice.delayMs);
      },
      onConnect: () => {
        for (const worker of workers) worker.wake(null);
      },
      onError: (error) =>
        log.warn({ err: error }, 'the connection that listens for jobs is lost; polling meanwhile'),
    });
  const work: Workforce['work'] = (workOptions) => {
    assert(!stopped, 'a closed job queue takes no workers');
    // A process that only enqueues does not need it.
    stopListening ??= startListening();
    const store = workerStore(pool, workOptions);
    const worker = startWorker(workOptions, { store, random, pollIntervalMs, log });
    workers.add(worker);
    return { stop: () => worker.stop().finally(() => workers.delete(worker)) };
  };
  const stop = async () => {
    stopped = true;
    await Promise.all([...workers].map((worker) => worker.stop()));
    await stopListening?.();
  };
  return { work, wake, stop };
}

const workerStore = (pool: Pool, { queue, leaseMs, retry }: WorkOptions): WorkerStore => ({
  look: (after, limit) => lookForLanes(pool, { queue, after, limit }),
  lease: (shares) => leaseJobs(pool, { queue, shares, leaseMs, maxAttempts: retry.maxAttempts }),
  complete: (ids) => completeJobs(pool, ids),
  fail: (failures) => failJobs(pool, failures),
});
