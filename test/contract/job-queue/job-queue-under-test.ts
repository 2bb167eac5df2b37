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

export type OpenJobQueue = (options: { readonly random: () => number }) => Promise<JobQueueUnderTest>;
