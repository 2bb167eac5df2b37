import { assert } from '../../../core/kernel';
import type { Feed, RecordedEvent } from '../../../core/ports';
import type { LocalAppends } from './local-appends';

export interface FeedTailOptions {
  /** Events kept in memory. @default 10000 */
  readonly capacity?: number;
  /** Events fetched by one query. @default 1000 */
  readonly fetchLimit?: number;
  /** Spares the tail from reading back what this process has appended itself. @default everything is read */
  readonly local?: LocalAppends;
  /** Receives failed queries, which the next wake repeats, and of errors thrown by listeners. */
  readonly onError: (error: unknown) => void;
}

export interface FeedTail extends Feed {
  /**
   * Calls `listener` with every batch of events that any process commits from now on, in order
   * and without a gap. It must not block.
   * @returns stops the calls
   */
  onEvents(listener: (events: readonly RecordedEvent[]) => void): () => void;
  /** Stops following the journal and waits for the query in flight. */
  close(): Promise<void>;
}

/**
 * The newest events, read from the database once for all readers of this process. A reader that is further
 * behind is served by the database itself. The tail already contains the event when it wakes a subscriber.
 */
export async function createFeedTail(feed: Feed, options: FeedTailOptions): Promise<FeedTail> {
  const capacity = options.capacity ?? 10_000;
  const fetchLimit = options.fetchLimit ?? 1_000;
  const subscribers = new Set<() => void>();
  const listeners = new Set<(events: readonly RecordedEvent[]) => void>();
  const ring = createRing(await feed.head(), capacity);
  let filling: Promise<void> | null = null;
  let isStale = false;
  let isClosed = false;

  /** One query at a time; wakes that arrive meanwhile are answered by one more round. */
  function fill(): void {
    isStale = true;
    filling ??= Promise.resolve().then(fillUntilFresh);
  }

  async function fillUntilFresh(): Promise<void> {
    try {
      while (isStale && !isClosed) {
        isStale = false;
        const events = await feed.read(ring.last(), fetchLimit);
        isStale ||= events.length === fetchLimit;
        // What this process appended while the query ran is here already.
        take(events.filter(({ position }) => position > ring.last()));
      }
    } catch (error) {
      options.onError(error);
    } finally {
      // In the same turn as the last look at isStale, so that no wake falls in between.
      filling = null;
    }
  }

  function take(events: readonly RecordedEvent[]): void {
    if (events.length === 0) return;
    ring.push(events);
    for (const listener of listeners) guarded(() => listener(events));
    for (const wake of subscribers) guarded(wake);
  }

  /** Another process's events may lie before ours: then all are read, in their order. */
  function takeLocal(events: readonly RecordedEvent[]): void {
    if (events[0]?.position === ring.last() + 1) take(events);
    else fill();
  }

  function guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      options.onError(error);
    }
  }

  const { local } = options;
  const unsubscribe = [
    local === undefined ? feed.subscribe(fill) : local.subscribeToOthers(fill),
    ...(local === undefined ? [] : [local.onAppended(takeLocal)]),
  ];
  return {
    read: (after, limit) =>
      ring.covers(after) ? Promise.resolve(ring.slice(after, limit)) : feed.read(after, limit),
    head: () => feed.head(),
    subscribe(wake) {
      subscribers.add(wake);
      return () => subscribers.delete(wake);
    },
    onEvents(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      isClosed = true;
      for (const stop of unsubscribe) stop();
      await filling;
    },
  };
}

/** The events after `start`, at most `capacity` of them: an event's position says in which slot it lies. */
function createRing(start: number, capacity: number) {
  const slots: RecordedEvent[] = [];
  let last = start;
  /** The position before the oldest event that is kept. */
  const floor = () => Math.max(start, last - capacity);
  return {
    last: () => last,
    push(events: readonly RecordedEvent[]): void {
      for (const event of events) {
        assert(event.position === last + 1, `event ${String(event.position)} follows ${String(last)}`);
        last = event.position;
        slots[last % capacity] = event;
      }
    },
    /** Whether everything known after `position` is here. */
    covers: (position: number): boolean => position >= floor() && position <= last,
    slice(after: number, limit: number): readonly RecordedEvent[] {
      const events: RecordedEvent[] = [];
      for (let position = after + 1; position <= Math.min(last, after + limit); position += 1) {
        const event = slots[position % capacity];
        assert(event?.position === position, `position ${String(position)} lies in its slot`);
        events.push(event);
      }
      return events;
    },
  };
}
