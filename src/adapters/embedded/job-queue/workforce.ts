import { assert } from '../../../core/kernel';
import type { Log, WorkOptions } from '../../../core/ports';
import { createDueCursor } from './due-cursor';
import { startReaper } from './lease-reaper';
import { completeJobs, expireLeases, failJobs, leaseJobs, type JobTables } from './pg-boss-tables';
import { startListener } from './queue-listener';
import { startWorker, type Worker, type WorkerStore } from './worker';

export interface WorkforceOptions {
  readonly tables: JobTables;
  readonly connectionString: string;
  /** Where commits of other connections are heard. */
  readonly channel: string;
  readonly pollIntervalMs: number;
  readonly reapIntervalMs: number;
  readonly random: () => number;
  readonly log: Log;
}

/** All workers of this process, and what they share. */
export interface Workforce {
  work(options: WorkOptions): { stop(): Promise<void> };
  /** The queue has work after the delay; null stands for all queues. */
  wake(queue: string | null, delayMs?: number): void;
  stop(): Promise<void>;
}

export function createWorkforce(options: WorkforceOptions): Workforce {
  const { tables, log, random, pollIntervalMs } = options;
  const workers = new Set<Worker>();
  let helpers: readonly { stop(): Promise<void> }[] | null = null;
  let stopped = false;

  const wake: Workforce['wake'] = (queue, delayMs = 0) => {
    for (const worker of workers) if (queue === null || worker.queue === queue) worker.wake(delayMs);
  };
  const work: Workforce['work'] = (workOptions) => {
    assert(!stopped, 'a closed job queue takes no workers');
    // A process that only enqueues needs neither.
    helpers ??= [listen(options, wake), reap(options, wake)];
    const store = workerStore(tables, workOptions);
    const worker = startWorker(workOptions, { store, random, pollIntervalMs, log });
    workers.add(worker);
    return { stop: () => worker.stop().finally(() => workers.delete(worker)) };
  };
  const stop = async () => {
    stopped = true;
    await Promise.all([...workers].map((worker) => worker.stop()));
    await Promise.all((helpers ?? []).map((helper) => helper.stop()));
  };
  return { work, wake, stop };
}

const listen = ({ connectionString, channel, log }: WorkforceOptions, wake: Workforce['wake']) =>
  startListener({ connectionString, channel, onWork: wake, log });

const reap = ({ tables, reapIntervalMs, log }: WorkforceOptions, wake: Workforce['wake']) =>
  startReaper({ expire: () => expireLeases(tables), intervalMs: reapIntervalMs, onLost: wake, log });

function workerStore(tables: JobTables, options: WorkOptions): WorkerStore {
  const { queue, leaseMs, retry } = options;
  const cursor = createDueCursor();
  return {
    lease: async (limit) => {
      const dueFrom = cursor.position();
      const leased = await leaseJobs(tables, {
        queue,
        limit,
        leaseMs,
        maxAttempts: retry.maxAttempts,
        dueFrom,
      });
      cursor.advance(leased);
      return leased;
    },
    complete: (ids) => completeJobs(tables, queue, ids),
    fail: (failures) => failJobs(tables, queue, failures),
  };
}
