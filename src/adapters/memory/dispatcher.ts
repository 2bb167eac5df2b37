import type { Job, JobSender, Reader, RecordedEvent } from '../../core/ports';

/** Turns events into jobs without a database: the jobs of a batch and the checkpoint take effect together. */
export function createMemoryDispatcher(dependencies: {
  readonly name: string;
  readonly queue: JobSender;
  readonly jobsFor: (events: readonly RecordedEvent[]) => readonly Job[] | Promise<readonly Job[]>;
}): Reader {
  const { name, queue, jobsFor } = dependencies;
  let position = 0;
  return {
    name,
    checkpoint: () => Promise.resolve(position),
    async apply(from, events) {
      const jobs = await jobsFor(events);
      if (position !== from) return 'moved';
      // The memory queue takes the jobs before it yields, so nobody sees the checkpoint without them.
      const enqueued = queue.enqueue(jobs);
      position = events.at(-1)?.position ?? from;
      await enqueued;
      return 'applied';
    },
  };
}
