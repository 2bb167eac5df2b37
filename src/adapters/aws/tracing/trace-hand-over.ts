import { randomBytes } from 'node:crypto';
import type { HandOver } from '../relay/relay-reader';
import { placeIn, traceBelow } from './segment';
import type { SegmentSender } from './segment-sender';
import { type TraceParent, isSampled } from '../../../core/kernel';
import type { RecordedEvent } from '../../../core/ports';

export interface HandOverTracing {
  /** The program's name in the trace: `relay`. */
  readonly name: string;
  readonly sender: SegmentSender;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Makes the handing on of a batch a segment in each kept trace of its events. The jobs of such an event name that
 * segment, so that the function which does them hangs below it. Events stay as they are: they are the journal's.
 */
export const traceHandOver =
  ({ name, sender, clock }: HandOverTracing) =>
  (events: readonly RecordedEvent[]): HandOver => {
    const begun = clock();
    const segments = new Map<
      string,
      { readonly trace: TraceParent; readonly id: string; readonly event: RecordedEvent }
    >();
    for (const event of events) {
      const { trace } = event.metadata;
      if (trace !== undefined && isSampled(trace) && !segments.has(trace))
        segments.set(trace, { trace, id: randomBytes(8).toString('hex'), event });
    }
    return {
      jobAsSent(job) {
        const { trace } = job.data;
        const segment = typeof trace === 'string' ? segments.get(trace) : undefined;
        if (segment === undefined) return job;
        return { ...job, data: { ...job.data, trace: traceBelow(segment.trace, segment.id) } };
      },
      ended(isDone) {
        for (const { trace, id, event } of segments.values())
          sender.send({
            ...placeIn(trace, id),
            name,
            start_time: begun / 1_000,
            end_time: clock() / 1_000,
            ...(isDone ? {} : { fault: true }),
            annotations: {
              correlationId: event.metadata.correlationId,
              position: event.position,
              eventCount: events.length,
            },
          });
      },
    };
  };
