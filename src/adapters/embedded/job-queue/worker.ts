import { type Wait, createWait } from '../../../core/kernel';
import {
  type DeliveredJob,
  type Log,
  type WorkOptions,
  judgeFailure,
  leaseLostCause,
} from '../../../core/ports';
import { startTimer } from '../../postgres/start-timer';
import { type Capacity, createCapacity } from './capacity';
import { type Lanes, createLanes } from './lanes';
import { type Outcome, type OutcomeStore, type OutcomeWriter, createOutcomeWriter } from './outcome-writer';
import type { LaneShare, LeasedJob } from './queries/lease-jobs';

/** What a worker needs of the database, for one queue. */
export interface WorkerStore extends OutcomeStore {
  /** Lanes after this one in which a job can be leased, in their order; delayed jobs that are due count too. */
  look(after: string, limit: number): Promise<readonly string[]>;
  lease(shares: readonly LaneShare[]): Promise<readonly LeasedJob[]>;
}

export interface WorkerContext {
  readonly store: WorkerStore;
  readonly random: () => number;
  readonly pollIntervalMs: number;
  readonly log: Log;
}

export interface Worker {
  readonly queue: string;
  /**
   * There is work in this lane now, or there will be after the delay; null stands for lanes that are not known. Polling
   * finds what is further away than its interval.
   */
  wake(lane: string | null, delayMs?: number): void;
  stop(): Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** Lanes found by one look; the next one goes on after the last of them. */
const lanesPerLook = 1_000;
/** Timers may fire a millisecond early, and the database's clock must have passed the due time. */
const timerSlackMs = 2;

/** Keeps up to `concurrency` handlers busy with one queue, and its lanes served in turn, until it is stopped. */
export function startWorker(options: WorkOptions, context: WorkerContext): Worker {
  const { queue, leaseMs, concurrency } = options;
  const { store, log, pollIntervalMs } = context;
  const signal = createWait(startTimer);
  // Apart from the other: a handler that ends must not hasten what has just failed.
  const backoff = createWait(startTimer);
  const capacity = createCapacity(concurrency);
  const lanes = createLanes(options.laneConcurrency ?? concurrency);
  const writer = createOutcomeWriter(store, { gather: Math.ceil(concurrency / 4), log });
  const lookout = createLookout(store, pollIntervalMs);
  const delivery: Delivery = { options, context, capacity, lanes, writer, signal, lookout };
  let stopping = false;
  const isStopping = () => stopping;

  /** @returns whether it leased anything. */
  const fetchAndStart = async (places: number): Promise<boolean> => {
    if (lookout.isDue()) for (const lane of await lookout.look()) lanes.mayHaveWork(lane);
    const shares = lanes.shares(places);
    if (shares.length === 0) return false;
    // Taken before the statement, so that the lease never ends later here than in the database.
    const leaseEndsAt = performance.now() + leaseMs;
    const jobs = await store.lease(shares);
    lanes.leased(shares, jobs);
    for (const job of jobs) begin(delivery, job, leaseEndsAt);
    return true;
  };

  const loop = async () => {
    let hasBacklog = false;
    let failuresInRow = 0;
    while (!isStopping()) {
      await capacity.roomForMore(hasBacklog);
      const places = isStopping() ? 0 : capacity.room();
      if (places <= 0) continue;
      try {
        hasBacklog = await fetchAndStart(places);
        failuresInRow = 0;
        if (!hasBacklog) await signal.sleep(lookout.dueInMs());
      } catch (error) {
        log.error({ err: error, queue }, 'jobs could not be fetched; trying again');
        lookout.hurry();
        await backoff.sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** failuresInRow));
        failuresInRow += 1;
      }
    }
  };

  const looping = loop();
  const stop = async () => {
    stopping = true;
    signal.close();
    backoff.close();
    capacity.close();
    writer.hurry();
    await looping;
    // A handler that outlives its lease no longer holds its job: waiting longer would protect nothing.
    await capacity.emptied(leaseMs);
    const left = capacity.held();
    if (left > 0) log.warn({ queue, left }, 'stopped while handlers outlive their leases');
  };
  let stopped: Promise<void> | null = null;
  return {
    queue,
    wake(lane, delayMs = 0) {
      if (delayMs > pollIntervalMs) return;
      if (delayMs > 0) {
        lookout.hurryAt(performance.now() + delayMs);
        signal.wakeAfter(delayMs + timerSlackMs);
        return;
      }
      if (lane === null) lookout.hurry();
      else lanes.mayHaveWork(lane);
      signal.wake();
    },
    stop: () => (stopped ??= stop()),
  };
}

/** When to look for lanes that nobody has named: jobs that fall due, and those of which no notification came. */
function createLookout(store: WorkerStore, intervalMs: number) {
  let dueAt = -Infinity;
  /** Delayed jobs that this process knows of; the times that are past are dropped by the next look. */
  const times = new Set<number>();
  let after = '';
  const nextAt = () => Math.min(dueAt, ...times);
  return {
    isDue: () => nextAt() <= performance.now(),
    dueInMs: () => Math.max(1, nextAt() - performance.now()),
    hurry: () => {
      dueAt = -Infinity;
    },
    hurryAt: (atMs: number) => {
      if (times.size < maxTimes) times.add(atMs + timerSlackMs);
    },
    look: async () => {
      const nowMs = performance.now();
      dueAt = nowMs + intervalMs;
      for (const time of times) if (time <= nowMs) times.delete(time);
      const found = await store.look(after, lanesPerLook);
      const last = found.at(-1);
      const isCut = found.length === lanesPerLook && last !== undefined;
      // What lies before the lane that it began after is seen by the next look.
      if (isCut || after !== '') dueAt = -Infinity;
      after = isCut ? last : '';
      return found;
    },
  };
}

type Lookout = ReturnType<typeof createLookout>;

/** Beyond this, a due job is found by polling. */
const maxTimes = 256;

interface Delivery {
  readonly options: WorkOptions;
  readonly context: WorkerContext;
  readonly capacity: Capacity;
  readonly lanes: Lanes;
  readonly writer: OutcomeWriter;
  readonly signal: Wait;
  readonly lookout: Lookout;
}

function begin(delivery: Delivery, leased: LeasedJob, leaseEndsAt: number): void {
  const { queue } = delivery.options;
  const { log } = delivery.context;
  const facts = { queue, id: leased.id, name: leased.name, key: leased.key, attempts: leased.attempt };
  if (leased.isDead) {
    log.error(facts, 'a lease ran out on the last attempt: the job is a dead letter');
    return;
  }
  if (leased.wasLost) log.warn(facts, 'a lease ran out: the job is delivered again');
  void deliver(delivery, leased, leaseEndsAt);
}

async function deliver(delivery: Delivery, leased: LeasedJob, leaseEndsAt: number): Promise<void> {
  const { capacity, lanes, writer, signal, lookout } = delivery;
  capacity.handlerStarted();
  const stopTimer = buryWhenLate(delivery, leased, leaseEndsAt);
  const outcome = await runHandler(delivery.options, delivery.context, leased);
  stopTimer();
  capacity.handlerEnded();
  lanes.ended(leased.lane);
  signal.wake();
  await writer.write(outcome, leaseEndsAt);
  capacity.outcomeWritten();
  if (outcome.kind !== 'failed' || outcome.dead) return;
  if (outcome.delayMs > delivery.context.pollIntervalMs) return;
  if (outcome.delayMs > 0) {
    lookout.hurryAt(performance.now() + outcome.delayMs);
    signal.wakeAfter(outcome.delayMs + timerSlackMs);
  } else {
    lanes.mayHaveWork(leased.lane);
    signal.wake();
  }
}

/** A handler that outlives its last lease ends as a dead letter, even when every place is taken by such handlers. */
function buryWhenLate(
  { options, context, writer }: Delivery,
  { id, leasedAt, attempt, name, key }: LeasedJob,
  leaseEndsAt: number,
): () => void {
  const { queue, retry, leaseMs } = options;
  if (attempt < retry.maxAttempts) return () => undefined;
  return startTimer(leaseEndsAt - performance.now(), () => {
    const cause = leaseLostCause(leaseMs);
    context.log.error({ queue, name, key, attempt, cause }, 'a job is a dead letter');
    // One more lease is the time in which it can be written.
    void writer.write(
      { kind: 'failed', id, leasedAt, dead: true, delayMs: 0, cause },
      performance.now() + leaseMs,
    );
  });
}

/** Never rejects: what the handler throws is an outcome. */
async function runHandler(
  { queue, handler, retry }: WorkOptions,
  { random, log }: WorkerContext,
  { id, attempt, leasedAt, name, key, data }: LeasedJob,
): Promise<Outcome> {
  const job: DeliveredJob = { queue, name, key, data, attempt };
  try {
    await handler(job);
    return { kind: 'completed', id };
  } catch (error) {
    const failure = judgeFailure({ error, attempt, retry, random });
    const { cause } = failure;
    if (failure.kind === 'retry') {
      return { kind: 'failed', id, leasedAt, dead: false, delayMs: failure.delayMs, cause };
    }
    log.error({ queue, name, key, attempt, err: error }, 'a job is a dead letter');
    return { kind: 'failed', id, leasedAt, dead: true, delayMs: 0, cause };
  }
}
