import type { JsonObject } from '../kernel';

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
}

export interface DeliveredJob extends Job {
  /** 1 on the first delivery. */
  readonly attempt: number;
}

/** Throw from a handler to have the job tried again; any other error does the same with the default backoff. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  constructor(
    message: string,
    /** The least wait that the other side asked for, for example by Retry-After. */
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
  /** Attempts in all, the first included; then the job is a dead letter. */
  readonly maxAttempts: number;
  /** The n-th wait is drawn evenly from 0 … min(maxDelayMs, baseDelayMs · 2^(n−1)) (full jitter). */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

export interface WorkOptions {
  readonly queue: string;
  /** Jobs in progress at once in this process. */
  readonly concurrency: number;
  readonly retry: RetryPolicy;
  /** A handler that runs longer loses its lease and the job is delivered again. */
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
  readonly waiting: number;
  readonly active: number;
  readonly dead: number;
  /** Age of the oldest job that could run and does not; 0 when none waits. */
  readonly oldestWaitingMs: number;
}

/**
 * Durable work, at least once: a job is delivered until its handler returns, or its attempts are used
 * up, and then kept as a dead letter with its cause. Handlers must be idempotent.
 */
export interface JobQueue {
  /** Durable on return. A job whose key is known is ignored. */
  enqueue(jobs: readonly Job[]): Promise<void>;
  /** @returns stops fetching and resolves when the jobs in progress have ended (drain). */
  work(options: WorkOptions): { stop(): Promise<void> };
  depths(): Promise<readonly QueueDepth[]>;
  deadLetters(query: {
    readonly queue?: string;
    readonly limit: number;
  }): Promise<readonly DeadLetterRecord[]>;
  /** Gives dead letters fresh attempts. @returns how many. */
  redrive(query: { readonly queue?: string; readonly id?: string }): Promise<number>;
}
