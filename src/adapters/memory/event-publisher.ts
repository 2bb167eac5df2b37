import type { EventPublisher, RecordedEvent } from '../../core/ports';

export interface MemoryEventPublisher extends EventPublisher {
  /** Everything that was published, in order. */
  published(): readonly RecordedEvent[];
}

/** Publishes to a list in memory; it grows for ever, so it is for tests. */
export function createMemoryEventPublisher(): MemoryEventPublisher {
  const published: RecordedEvent[] = [];
  return {
    publish: (events) => {
      published.push(...structuredClone(events));
      return Promise.resolve();
    },
    published: () => published,
  };
}
