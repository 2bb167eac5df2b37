import type { RecordedEvent } from './journal';

/**
 * Puts the journal on a stream that other programs read. At least once: an event may arrive twice, and consumers
 * recognise it by partition and position.
 */
export interface EventPublisher {
  /**
   * Durable at every event when it resolves. Events of one stream arrive in the order in which they were given, over
   * all calls of this publisher; between streams no order is kept. When the stream refuses some, only those are
   * sent again, and what follows them in their streams waits until they are accepted.
   *
   * Waits (back-pressure) while as much as the publisher may hold is under way: its memory is bounded.
   * @throws EventsNotPublished when an event is not accepted within the publisher's time. Others may have been;
   *   publish the same events again, in order.
   */
  publish(events: readonly RecordedEvent[]): Promise<void>;
}

/** Some events were not accepted in time, or never can be. Nothing may be counted as published beyond `position`. */
export class EventsNotPublished extends Error {
  override readonly name = 'EventsNotPublished';
  constructor(
    message: string,
    /** The lowest position that was not accepted. */
    readonly position: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
