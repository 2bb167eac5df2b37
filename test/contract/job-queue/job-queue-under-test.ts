import type { JobQueue } from '../../../src/core/ports';

/** A job queue and the time that it lives in: real for a database, virtual for memory. */
export interface JobQueueUnderTest {
  readonly queue: JobQueue;
  /** The same jobs, as another process would see them. */
  another(): Promise<JobQueue>;
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** What a slow handler does: resolves after this much of the queue's time. */
  work(durationMs: number): Promise<void>;
  /** Lets time pass until the condition holds; throws when it never does. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Lets time pass until the promise settles. */
  during<Value>(promise: Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

/** What the port leaves open, and what a queue therefore says of itself. */
export interface JobQueueTraits {
  /** A key stays known beyond the call that enqueued it. */
  readonly remembersKeys: boolean;
  /** The age of the oldest job that waits is known. */
  readonly tellsAge: boolean;
  /** A place that is free goes to the lane with the fewest jobs in progress. */
  readonly servesInTurn: boolean;
}

export const everyTrait: JobQueueTraits = { remembersKeys: true, tellsAge: true, servesInTurn: true };

export type OpenJobQueue = (options: { readonly random: () => number }) => Promise<JobQueueUnderTest>;
