import type { IncomingHttpHeaders } from 'node:http';
import { type TraceParent, parseTraceParent } from '../../core/kernel';
import { isRepeatable } from '../errors/received-value';

/** Of the traces that only a load balancer began, one in this many is kept: a trace of every charge would cost more than the charge. */
export const keptTraceShare = 20;

/** What an Application Load Balancer adds; a caller's own parts follow in any order. @source the AWS documentation of X-Amzn-Trace-Id */
const root = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;
const parent = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/;
const sampled = /(?:^|;)\s*Sampled=([01])(?:;|$)/;

/**
 * The trace that a request belongs to: the caller's, else the one that the load balancer began; null for none. A
 * header that looks like a card's number is left out, because the trace is stored with what it caused.
 */
export function traceOf(headers: IncomingHttpHeaders): TraceParent | null {
  const { traceparent, 'x-amzn-trace-id': amazon } = headers;
  const trace =
    (typeof traceparent === 'string' ? parseTraceParent(traceparent) : null) ??
    (typeof amazon === 'string' ? fromAmazon(amazon) : null);
  return trace === null || !isRepeatable(trace) ? null : trace;
}

/** Without a parent the load balancer's own span is meant, which the end of its trace id stands for. */
function fromAmazon(header: string): TraceParent | null {
  const [, time, unique] = root.exec(header) ?? [];
  if (time === undefined || unique === undefined) return null;
  const span = parent.exec(header)?.[1] ?? unique.slice(-16);
  const isKept = sampled.exec(header)?.[1] ?? (isDrawn(unique) ? '1' : '0');
  return parseTraceParent(`00-${time}${unique}-${span}-0${isKept}`);
}

/** By the trace's own random digits, so that every program decides alike. */
const isDrawn = (unique: string): boolean => Number.parseInt(unique.slice(0, 8), 16) % keptTraceShare === 0;
