import { type JsonObject, parseTraceParent } from '../../../core/kernel';
import { xRayHeaderOf } from '../tracing/x-ray-header';

/** The trace that a job's data names, as SQS hands it on to X-Ray; null when nobody traces, or it cannot be read. */
export function traceHeaderOf({ trace }: JsonObject): string | null {
  const parent = typeof trace === 'string' ? parseTraceParent(trace) : null;
  return parent === null ? null : xRayHeaderOf(parent);
}
