import type { TraceParent } from '../../../core/kernel';

/**
 * What one program did for a trace, as X-Ray takes it. Times are seconds since 1970, with a fraction.
 * @source https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export interface Segment {
  readonly name: string;
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id?: string;
  readonly start_time: number;
  readonly end_time: number;
  /** The other side's fault, for example a request that was refused. */
  readonly error?: boolean;
  /** Our own. */
  readonly fault?: boolean;
  readonly throttle?: boolean;
  readonly http?: {
    readonly request: { readonly method: string; readonly url: string };
    readonly response?: { readonly status: number };
  };
  /** What traces are found by: names of letters, digits and _. */
  readonly annotations?: Readonly<Record<string, string | number>>;
}

/** Where a segment stands: in which trace, below whom. */
export interface Place {
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id?: string;
}

/** The place of a new segment in this trace. @param id a new one: 16 digits in lower-case hex */
export function placeIn(trace: TraceParent, id: string): Place {
  const [, traceId = '', parent = ''] = trace.split('-');
  const root = traceId.slice(8);
  return {
    id,
    trace_id: `1-${traceId.slice(0, 8)}-${root}`,
    // The end of a trace's id stands for a load balancer, which sends no segment that one could hang below.
    ...(root.endsWith(parent) ? {} : { parent_id: parent }),
  };
}

/** The same trace for what comes after the segment with this id: it hangs below it. */
export const traceBelow = (trace: TraceParent, id: string): TraceParent =>
  `${trace.slice(0, -19)}${id}${trace.slice(-3)}` as TraceParent;
