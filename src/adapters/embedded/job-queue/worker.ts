import { setTimeout as pause } from 'node:timers/promises';
import { type DeliveredJob, type Log, type WorkOptions, judgeFailure } from '../../../core/ports';
import { createCapacity } from './capacity';
import { createOutcomeWriter, type Outcome, type OutcomeStore } from './outcome-writer';
import type { LeasedJob } from './pg-boss-tables';
import { createWakeSignal } from './wake-signal';

/** What a worker needs of the database, for one queue. */
export interface WorkerStore extends OutcomeStore {
  lease(limit: number): Promise<readonly LeasedJob[]>;
}

export interface WorkerContext {
  readonly store: WorkerStore;
  readonly random: () => number;
  readonly pollIntervalMs: number;
  readonly log: Log;
}

export interface Worker {
  readonly queue: string;
  /** There is work now, or there will be after the delay. */
  wake(delayMs?: number): void;
  stop(): Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Keeps up to `concurrency` handlers busy with one queue, until it is stopped. */
export function startWorker(options: WorkOptions, context: WorkerContext): Worker {
  const { queue, leaseMs } = options;
  const { store, log, pollIntervalMs } = context;
  const signal = createWakeSignal();
  const capacity = createCapacity(options.concurrency);
  const writer = createOutcomeWriter(store, log);
  let stopping = false;
  const isStopping = () => stopping;

  const deliver = async (leased: LeasedJob, leaseEndsAt: number) => {
    capacity.handlerStarted();
    const outcome = await runHandler(options, context, leased);
    capacity.handlerEnded();
    await writer.write(outcome, leaseEndsAt);
    capacity.outcomeWritten();
    if (outcome.kind === 'failed' && !outcome.dead) signal.wakeAfter(outcome.delayMs);
  };

  /** @returns whether there may be more than there was room for. */
  const fetchAndStart = async (limit: number): Promise<boolean> => {
    // Taken before the statement, so that the lease never ends later here than in the database.
    const leaseEndsAt = performance.now() + leaseMs;
    const jobs = await store.lease(limit);
    for (const job of jobs) void deliver(job, leaseEndsAt);
    return jobs.length === limit;
  };

  const loop = async () => {
    let hasBacklog = false;
    let failuresInRow = 0;
    while (!isStopping()) {
      await capacity.roomForMore(hasBacklog);
      const limit = isStopping() ? 0 : capacity.room();
      if (limit <= 0) continue;
      try {
        hasBacklog = await fetchAndStart(limit);
        failuresInRow = 0;
        if (!hasBacklog) await signal.sleep(pollIntervalMs);
      } catch (error) {
        log.error({ err: error, queue }, 'jobs could not be fetched; trying again');
        await pause(Math.min(longestPauseMs, firstPauseMs * 2 ** failuresInRow));
        failuresInRow += 1;
      }
    }
  };

  const looping = loop();
  const stop = async () => {
    stopping = true;
    signal.close();
    capacity.close();
    await looping;
    // A handler that outlives its lease no longer holds its job: waiting longer would protect nothing.
    await capacity.emptied(leaseMs);
    const left = capacity.held();
    if (left > 0) log.warn({ queue, left }, 'stopped while handlers outlive their leases');
  };
  let stopped: Promise<void> | null = null;
  return {
    queue,
    wake: (delayMs = 0) => (delayMs > 0 ? signal.wakeAfter(delayMs) : signal.wake()),
    stop: () => (stopped ??= stop()),
  };
}

/** Never rejects: what the handler throws is an outcome. */
async function runHandler(
  { queue, handler, retry }: WorkOptions,
  { random, log }: WorkerContext,
  { id, attempt, leasedAt, stored }: LeasedJob,
): Promise<Outcome> {
  const job: DeliveredJob = { queue, ...stored, attempt };
  try {
    await handler(job);
    return { kind: 'completed', id };
  } catch (error) {
    const failure = judgeFailure({ error, attempt, retry, random });
    const { cause } = failure;
    if (failure.kind === 'retry') {
      return { kind: 'failed', id, leasedAt, dead: false, delayMs: failure.delayMs, cause };
    }
    log.error({ queue, name: job.name, key: job.key, attempt, err: error }, 'a job is a dead letter');
    return { kind: 'failed', id, leasedAt, dead: true, delayMs: 0, cause };
  }
}
