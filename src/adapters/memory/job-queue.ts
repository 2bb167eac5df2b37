import { assert, type Clock } from '../../core/kernel';
import {
  judgeFailure,
  leaseLostCause,
  type DeadLetterRecord,
  type DeliveredJob,
  type Job,
  type JobFailure,
  type JobQueue,
  type QueueDepth,
  type WorkOptions,
  laneOf,
} from '../../core/ports';

/** Calls `run` once after the delay. @returns takes it back; a call that comes all the same does no harm. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

export interface MemoryJobQueueOptions {
  readonly clock: Clock;
  /** Evenly from 0 (included) to 1 (excluded); draws the waits between attempts. */
  readonly random: () => number;
  /** Handlers start, and leases end, only within calls that were scheduled here. @default setTimeout */
  readonly schedule?: Schedule;
}

export interface MemoryWorker {
  stop(): Promise<void>;
  /** As if the process were killed: its jobs stay leased, and what its handlers still do has no outcome. */
  kill(): void;
}

export interface MemoryJobQueue extends JobQueue {
  work(options: WorkOptions): MemoryWorker;
  /** Every job that was ever enqueued, and where it stands: what an auditor compares the journal with. */
  jobs(): readonly { readonly job: Job; readonly place: Place['kind'] }[];
}

/** Where a job is. */
type Place =
  | { readonly kind: 'waiting'; readonly dueAt: number }
  | { readonly kind: 'active'; readonly delivery: Delivery }
  | { readonly kind: 'completed' }
  | { readonly kind: 'resolved' }
  | { readonly kind: 'dead'; readonly cause: string; readonly failedAt: number };

interface Entry {
  readonly id: string;
  readonly lane: string;
  readonly job: Job;
  attempts: number;
  place: Place;
}

/** An outcome counts only while its delivery is the one that the entry's place names. */
interface Delivery {
  readonly entry: Entry;
  readonly worker: Worker;
  readonly queue: Queue;
  cancelExpiry: () => void;
}

interface Worker {
  readonly options: WorkOptions;
  busy: number;
  /** By lane, those that have any. */
  readonly held: Map<string, number>;
  /** When a lane was last served, as a count of deliveries. */
  readonly servedAt: Map<string, number>;
  deliveries: number;
  state: 'working' | 'stopping' | 'killed';
  readonly onIdle: (() => void)[];
}

interface Queue {
  /** The longest due first; among equals in the order of arrival. */
  readonly waiting: Entry[];
  readonly workers: Set<Worker>;
  active: number;
}

interface State extends Required<MemoryJobQueueOptions> {
  readonly entries: Map<string, Entry>;
  readonly queues: Map<string, Queue>;
}

const onTimers: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};

/**
 * The job queue of tests and simulations: the same rules as the durable ones, on a clock and a schedule that
 * the caller may drive. It forgets no key, so it is not for processes that run for days.
 */
export function createMemoryJobQueue(options: MemoryJobQueueOptions): MemoryJobQueue {
  const state: State = { schedule: onTimers, ...options, entries: new Map(), queues: new Map() };
  return {
    enqueue: (jobs) => {
      for (const job of jobs) enqueueOne(state, job);
      return Promise.resolve();
    },
    work: (workOptions) => startWorker(state, workOptions),
    jobs: () => [...state.entries.values()].map(({ job, place }) => ({ job, place: place.kind })),
    depths: () => Promise.resolve(depths(state)),
    deadLetters: ({ queue, limit }) => {
      const records = deadEntries(state, queue).map(toRecord);
      return Promise.resolve(records.sort((left, right) => right.failedAt - left.failedAt).slice(0, limit));
    },
    redrive: ({ queue, id }) => {
      const redriven = deadEntries(state, queue).filter((entry) => id === undefined || entry.id === id);
      for (const entry of redriven) {
        entry.attempts = 0;
        putInLine(state, entry, 0);
      }
      return Promise.resolve(redriven.length);
    },
    resolve: async (id, keep) => {
      const entry = deadEntries(state).find((dead) => dead.id === id);
      if (entry === undefined) return false;
      await keep(toRecord(entry));
      entry.place = { kind: 'resolved' };
      return true;
    },
  };
}

function enqueueOne(state: State, job: Job): void {
  const id = JSON.stringify([job.queue, job.name, job.key]);
  if (state.entries.has(id)) return;
  const delayMs = job.delayMs ?? 0;
  const place: Place = { kind: 'waiting', dueAt: state.clock() + delayMs };
  // A copy, as a database would keep it: what the caller changes later changes nothing here.
  const entry: Entry = { id, lane: laneOf(job), job: structuredClone(job), attempts: 0, place };
  state.entries.set(id, entry);
  putInLine(state, entry, delayMs);
}

function startWorker(state: State, options: WorkOptions): MemoryWorker {
  const queue = queueOf(state, options.queue);
  const worker: Worker = {
    options,
    busy: 0,
    held: new Map(),
    servedAt: new Map(),
    deliveries: 0,
    state: 'working',
    onIdle: [],
  };
  queue.workers.add(worker);
  state.schedule(0, () => deliverDue(state, queue));
  return {
    stop: () => {
      queue.workers.delete(worker);
      if (worker.state === 'working') worker.state = 'stopping';
      if (worker.busy === 0 || worker.state === 'killed') return Promise.resolve();
      return new Promise((resolve) => {
        worker.onIdle.push(resolve);
        // A handler that outlives its lease no longer holds its job: waiting longer would protect nothing.
        state.schedule(options.leaseMs, resolve);
      });
    },
    kill: () => {
      queue.workers.delete(worker);
      worker.state = 'killed';
      for (const resolve of worker.onIdle.splice(0)) resolve();
    },
  };
}

function queueOf({ queues }: State, name: string): Queue {
  const known = queues.get(name);
  if (known !== undefined) return known;
  const created: Queue = { waiting: [], workers: new Set(), active: 0 };
  queues.set(name, created);
  return created;
}

function putInLine(state: State, entry: Entry, delayMs: number): void {
  const queue = queueOf(state, entry.job.queue);
  const dueAt = state.clock() + delayMs;
  entry.place = { kind: 'waiting', dueAt };
  insertByDue(queue.waiting, entry, dueAt);
  wakeAt(state, queue, dueAt);
}

/** Timers may fire a moment before the clock says so: the rest is waited for, or the job would lie there for ever. */
function wakeAt(state: State, queue: Queue, dueAt: number): void {
  state.schedule(Math.max(0, dueAt - state.clock()), () => {
    if (state.clock() < dueAt) wakeAt(state, queue, dueAt);
    else deliverDue(state, queue);
  });
}

function deliverDue(state: State, queue: Queue): void {
  for (const worker of queue.workers) {
    while (worker.busy < worker.options.concurrency) {
      const entry = takeDue(queue, worker, state.clock());
      if (entry === undefined) break;
      deliver(state, queue, worker, entry);
    }
  }
}

function deliver(state: State, queue: Queue, worker: Worker, entry: Entry): void {
  const delivery: Delivery = { entry, worker, queue, cancelExpiry: () => undefined };
  entry.attempts += 1;
  entry.place = { kind: 'active', delivery };
  queue.active += 1;
  worker.busy += 1;
  worker.held.set(entry.lane, (worker.held.get(entry.lane) ?? 0) + 1);
  worker.deliveries += 1;
  worker.servedAt.set(entry.lane, worker.deliveries);
  delivery.cancelExpiry = state.schedule(worker.options.leaseMs, () => endLease(state, delivery));
  void attempt(worker.options, entry, state.random).then((failure) => {
    worker.busy -= 1;
    leaveLane(worker, entry.lane);
    settle(state, delivery, failure);
    if (worker.busy === 0) for (const resolve of worker.onIdle.splice(0)) resolve();
    state.schedule(0, () => deliverDue(state, queue));
  });
}

/** @returns null when the handler returned. */
async function attempt(
  { handler, retry }: WorkOptions,
  { job: { queue, name, key, data }, attempts }: Entry,
  random: () => number,
): Promise<JobFailure | null> {
  const job: DeliveredJob = { queue, name, key, data: structuredClone(data), attempt: attempts };
  try {
    await handler(job);
    return null;
  } catch (error) {
    return judgeFailure({ error, attempt: attempts, retry, random });
  }
}

function settle(state: State, delivery: Delivery, failure: JobFailure | null): void {
  const { entry, queue, worker } = delivery;
  if (worker.state === 'killed' || !isCurrent(delivery)) return;
  delivery.cancelExpiry();
  queue.active -= 1;
  if (failure === null) entry.place = { kind: 'completed' };
  else if (failure.kind === 'dead') bury(state, entry, failure.cause);
  else putInLine(state, entry, failure.delayMs);
}

function endLease(state: State, delivery: Delivery): void {
  if (!isCurrent(delivery)) return;
  const { entry, queue } = delivery;
  const { leaseMs, retry } = delivery.worker.options;
  queue.active -= 1;
  if (entry.attempts >= retry.maxAttempts) bury(state, entry, leaseLostCause(leaseMs));
  else putInLine(state, entry, 0);
}

const isCurrent = (delivery: Delivery): boolean => {
  const { place } = delivery.entry;
  return place.kind === 'active' && place.delivery === delivery;
};

function bury({ clock }: State, entry: Entry, cause: string): void {
  entry.place = { kind: 'dead', cause, failedAt: clock() };
}

const dueAtOf = ({ place }: Entry): number => {
  assert(place.kind === 'waiting', 'only waiting jobs stand in line');
  return place.dueAt;
};

function insertByDue(waiting: Entry[], entry: Entry, dueAt: number): void {
  let low = 0;
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = waiting[middle];
    assert(other !== undefined, 'the middle lies within the line');
    if (dueAtOf(other) <= dueAt) low = middle + 1;
    else high = middle;
  }
  waiting.splice(low, 0, entry);
}

/** The longest due of the lane with the fewest jobs in progress; among equals, of the one that was served the longest ago. */
function takeDue({ waiting }: Queue, { options, held, servedAt }: Worker, nowMs: number): Entry | undefined {
  const { concurrency, laneConcurrency = concurrency } = options;
  const seen = new Set<string>();
  let chosen = -1;
  let [fewest, longestAgo] = [laneConcurrency, Infinity];
  for (const [index, entry] of waiting.entries()) {
    if (dueAtOf(entry) > nowMs) break;
    if (seen.has(entry.lane)) continue;
    seen.add(entry.lane);
    const count = held.get(entry.lane) ?? 0;
    const served = servedAt.get(entry.lane) ?? 0;
    if (count > fewest || (count === fewest && served >= longestAgo)) continue;
    [chosen, fewest, longestAgo] = [index, count, served];
  }
  if (fewest >= laneConcurrency) return undefined;
  return chosen < 0 ? undefined : waiting.splice(chosen, 1)[0];
}

function leaveLane({ held }: Worker, lane: string): void {
  const left = (held.get(lane) ?? 0) - 1;
  if (left > 0) held.set(lane, left);
  else held.delete(lane);
}

const deadEntries = ({ entries }: State, queue?: string): Entry[] =>
  [...entries.values()].filter(
    ({ place, job }) => place.kind === 'dead' && (queue === undefined || job.queue === queue),
  );

function depths(state: State): readonly QueueDepth[] {
  const nowMs = state.clock();
  return [...state.queues]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { waiting, active }]) => {
      const first = waiting[0];
      return {
        queue: name,
        waiting: waiting.length,
        active,
        dead: deadEntries(state, name).length,
        oldestWaitingMs: first === undefined ? 0 : Math.max(0, nowMs - dueAtOf(first)),
      };
    });
}

function toRecord({ id, job: { queue, name, key, data }, attempts, place }: Entry): DeadLetterRecord {
  assert(place.kind === 'dead', 'only dead letters are recorded as such');
  return {
    id,
    job: { queue, name, key, data },
    attempts,
    cause: place.cause,
    failedAt: place.failedAt,
  };
}
