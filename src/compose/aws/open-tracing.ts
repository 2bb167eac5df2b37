import { type SegmentSender, createSegmentSender } from '../../adapters/aws/tracing/segment-sender';
import type { Log } from '../../core/ports';
import type { EnvironmentOf } from '../../configuration/read-environment';

/** What sends a program's part of a trace; null where nobody collects traces. */
export function openTracing(
  { FINCORE_TRACE_COLLECTOR: address }: EnvironmentOf<'FINCORE_TRACE_COLLECTOR'>,
  log: Pick<Log, 'warn'>,
): SegmentSender | null {
  if (address === '') return null;
  return createSegmentSender({
    address,
    clock: Date.now,
    onError: (error) => log.warn({ err: error }, 'a part of a trace could not be sent to the collector'),
  });
}
