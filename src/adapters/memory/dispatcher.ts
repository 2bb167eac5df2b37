import type { Job, JobQueue, Reader, RecordedEvent } from '../../core/ports';

/** Turns events into jobs without a database: the jobs of a batch and the checkpoint take effect together. */
export function createMemoryDispatcher(dependencies: {
  readonly queue: Pick<JobQueue, 'enqueue'>;
  readonly jobsFor: (event: RecordedEvent) => readonly Job[];
}): Reader {
  const { queue, jobsFor } = dependencies;
  let position = 0;
  return {
    name: 'dispatcher',
    checkpoint: () => Promise.resolve(position),
    async apply(from, events) {
      await Promise.resolve();
      if (position !== from) return 'moved';
      // The memory queue takes the jobs before it yields, so nobody sees the checkpoint without them.
      const enqueued = queue.enqueue(events.flatMap(jobsFor));
      position = events.at(-1)?.position ?? from;
      await enqueued;
      return 'applied';
    },
  };
}
