import { type TraceParent, isSampled } from '../../../core/kernel';

/**
 * A trace as X-Ray writes it: for the message system attribute `AWSTraceHeader` of SQS, and for segments.
 *
 * @source https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function xRayHeaderOf(trace: TraceParent): string {
  const [, traceId = '', spanId = ''] = trace.split('-');
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${isSampled(trace) ? '1' : '0'}`;
}
