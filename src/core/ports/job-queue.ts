import { type JsonObject, assert } from '../kernel';

/** One piece of outside work, derived from an event. */
export interface Job {
  /** The queue that does it, for example `payments`. */
  readonly queue: string;
  /** What is to be done, for example `authorize-at-psp`. */
  readonly name: string;
  /** Derived from the event that asks for it: the same key is enqueued once, however often it is derived. */
  readonly key: string;
  readonly data: JsonObject;
  /** Milliseconds before it may start. @default 0 */
  readonly delayMs?: number;
  /**
   * Lanes of a queue are served in turn, so that a backlog in one holds up no other. 1 to 128 characters, none of them
   * a space or a control character. @default the tenant that the data names, else the queue
   */
  readonly lane?: string;
}

const laneText = /^[!-~]{1,128}$/;

/** @throws InvariantViolation for a lane that SQS would refuse as the group of a message */
export function laneOf({ queue, lane, data }: Pick<Job, 'queue' | 'lane' | 'data'>): string {
  const { tenant } = data;
  const named = lane ?? (typeof tenant === 'string' ? tenant : queue);
  assert(laneText.test(named), `"${named}" can be the lane of a job`);
  return named;
}

export interface DeliveredJob extends Omit<Job, 'lane' | 'delayMs'> {
  /**
   * 1 on the first delivery. Counted when the job is handed out, durably and before the handler runs: a delivery
   * that ends with the death of its process counts too, or a job that kills its process would do so for ever.
   */
  readonly attempt: number;
}

/** Throw from a handler to have the job tried again; any other error does the same with the default backoff. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  constructor(
    message: string,
    /** The least wait that the other side asked for, for example by Retry-After; the drawn wait is added to it. */
    readonly minimumDelayMs = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Throw from a handler when no further attempt can help: the job goes to the dead letters with this cause. */
export class DeadLetter extends Error {
  override readonly name = 'DeadLetter';
}

export type JobHandler = (job: DeliveredJob) => Promise<void>;

export interface RetryPolicy {
  /** Attempts in all, the first included; when the last one fails or loses its lease, the job is a dead letter. */
  readonly maxAttempts: number;
  /** The n-th wait, in milliseconds, is drawn evenly from 0 … min(maxDelayMs, baseDelayMs · 2^(n−1)) (full jitter). */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

export interface WorkOptions {
  readonly queue: string;
  /** Jobs in progress at once in this process. */
  readonly concurrency: number;
  /**
   * Of one lane, so that no lane ever holds every place. @default concurrency
   *
   * A place that is free goes to the lane with the fewest jobs in progress here: while others wait, a lane has its
   * share and no more. SQS decides on its own, by the lanes' shares of all that is in progress.
   */
  readonly laneConcurrency?: number;
  readonly retry: RetryPolicy;
  /**
   * A handler that runs longer, by the clock of the queue, loses its lease: the job is delivered again, without
   * another wait, and a failure that the late handler still reports is ignored. It keeps its place among
   * `concurrency` until it returns.
   */
  readonly leaseMs: number;
  readonly handler: JobHandler;
}

export interface DeadLetterRecord {
  readonly id: string;
  readonly job: Job;
  readonly attempts: number;
  /** The message of the last error. */
  readonly cause: string;
  readonly failedAt: number;
}

export interface QueueDepth {
  readonly queue: string;
  /** To be done and not in progress: due, delayed, or waiting for the next attempt. */
  readonly waiting: number;
  /** In progress: leased, and not yet ended. */
  readonly active: number;
  readonly dead: number;
  /** Age of the oldest job that could run and does not; 0 when none waits, null where the queue cannot tell. */
  readonly oldestWaitingMs: number | null;
}

/** Accepts jobs. */
export interface JobSender {
  /**
   * Durable on return. A job whose key is known in its queue and under its name is ignored: while it waits, is in
   * progress or is a dead letter, and for as long as completed jobs are kept. When it throws, none was accepted.
   *
   * A queue that remembers no keys (SQS) knows them within one call only, and may have accepted some of the jobs
   * when it throws; enqueue all again. Since handlers are idempotent, both cost work and break nothing.
   */
  enqueue(jobs: readonly Job[]): Promise<void>;
}

/** Does jobs in this process. On AWS, Lambda delivers them instead. */
export interface JobWorkers {
  /**
   * Delivers the jobs of a queue until it is stopped. One job's failure never holds up another.
   * @returns stops fetching and resolves when the jobs in progress have ended and their outcomes are durable
   *   (drain), at the latest when their leases have run out.
   */
  work(options: WorkOptions): { stop(): Promise<void> };
}

/** Shows and changes what an operator looks after. */
export interface JobOperations {
  /** Of every queue that is known, by name. */
  depths(): Promise<readonly QueueDepth[]>;
  /** The newest first. */
  deadLetters(query: {
    readonly queue?: string;
    readonly limit: number;
  }): Promise<readonly DeadLetterRecord[]>;
  /** Gives dead letters fresh attempts, at once: all, those of a queue, or one. @returns how many. */
  redrive(query: { readonly queue?: string; readonly id?: string }): Promise<number>;
  /**
   * Takes a dead letter out, so that no worker tries its job again. First `keep` makes durable what is known of it; when
   * `keep` throws, the letter stays where it is.
   * @returns whether there is a dead letter with this id
   */
  resolve(id: string, keep: (letter: DeadLetterRecord) => Promise<void>): Promise<boolean>;
}

/**
 * Durable work, at least once: a job is delivered until its handler returns, or its attempts are used
 * up, and then kept as a dead letter with its cause. Handlers must be idempotent. Lanes are served in turn; within a
 * lane the longest due come first.
 */
export interface JobQueue extends JobSender, JobWorkers, JobOperations {}
