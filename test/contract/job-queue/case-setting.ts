import type { DeliveredJob, Job, QueueDepth, WorkOptions } from '../../../src/core/ports';
import type { JobQueueUnderTest, OpenJobQueue } from './job-queue-under-test';

export const testQueue = 'payments';

export const job = (key: string, more: Partial<Job> = {}): Job => ({
  queue: testQueue,
  name: 'authorize-at-psp',
  key,
  data: { key },
  ...more,
});

export const jobs = (count: number): Job[] => Array.from({ length: count }, (_, n) => job(`k${String(n)}`));

/** Retries come at once and never run out; each case overrides what it is about. */
export const workOptions = (
  handler: WorkOptions['handler'],
  more: Partial<WorkOptions> = {},
): WorkOptions => ({
  queue: testQueue,
  concurrency: 10,
  retry: { maxAttempts: 20, baseDelayMs: 1, maxDelayMs: 1 },
  leaseMs: 30_000,
  handler,
  ...more,
});

/** A handler that keeps what it was given. */
export function recorder(): { readonly seen: DeliveredJob[]; readonly handler: WorkOptions['handler'] } {
  const seen: DeliveredJob[] = [];
  return {
    seen,
    handler: (delivered) => {
      seen.push(delivered);
      return Promise.resolve();
    },
  };
}

/** A handler that does not return before it is let. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

export async function depthOf(under: JobQueueUnderTest, queue = testQueue): Promise<QueueDepth> {
  const depth = (await under.queue.depths()).find((other) => other.queue === queue);
  return depth ?? { queue, waiting: 0, active: 0, dead: 0, oldestWaitingMs: 0 };
}

/** Nothing waits and nothing is in progress: every outcome so far is durable. */
export const isQuiet = async (under: JobQueueUnderTest): Promise<boolean> => {
  const { waiting, active } = await depthOf(under);
  return waiting === 0 && active === 0;
};

/** Opens a fresh queue for each test of a describe block. The draw decides every wait between attempts. */
export function setting(open: OpenJobQueue): {
  under: () => JobQueueUnderTest;
  draw: (value: number) => void;
} {
  let current: JobQueueUnderTest | undefined;
  let drawn = 0;
  beforeEach(async () => {
    drawn = 0;
    current = await open({ random: () => drawn });
  });
  afterEach(() => current?.close());
  return {
    under: () => {
      if (current === undefined) throw new Error('the queue is open only within a test');
      return current;
    },
    draw: (value) => {
      drawn = value;
    },
  };
}
