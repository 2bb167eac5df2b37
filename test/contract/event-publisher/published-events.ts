import type { EventPublisher, RecordedEvent } from '../../../src/core/ports';
import { recordedEvents } from '../../support/recorded-events';

/** A publisher, and what has arrived where consumers read. */
export interface EventPublisherUnderTest {
  readonly publisher: EventPublisher;
  /** In an order that keeps the order of arrival of each stream. */
  arrived(): Promise<readonly RecordedEvent[]>;
  close(): Promise<void>;
}

export type OpenEventPublisher = () => Promise<EventPublisherUnderTest>;

/** Events at positions 1 … count, spread over streams in turn. */
export const eventsOf = (count: number, streamCount: number): RecordedEvent[] =>
  recordedEvents(count).map((event, index) => ({
    ...event,
    stream: `charge-${String(index % streamCount)}`,
    version: Math.floor(index / streamCount) + 1,
  }));

/** Positions by stream, in the order of arrival; an event that came again counts where it came first. */
export function positionsByStream(events: readonly RecordedEvent[]): Record<string, readonly number[]> {
  const streams: Record<string, number[]> = {};
  for (const { stream, position } of events) {
    const positions = (streams[stream] ??= []);
    if (!positions.includes(position)) positions.push(position);
  }
  return streams;
}
