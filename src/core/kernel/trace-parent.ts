declare const brand: unique symbol;

/**
 * Where a piece of work belongs in a distributed trace: version, trace id, span id and flags in lower-case hex.
 * Stored with events and jobs, so that a trace goes on across the journal, the stream and the queue.
 *
 * @source https://www.w3.org/TR/trace-context/#traceparent-header
 */
export type TraceParent = string & { readonly [brand]: 'TraceParent' };

const shape = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/;

/** The text if it is a trace parent of the version that is known, otherwise null: an unreadable one is left out. */
export const parseTraceParent = (text: string): TraceParent | null =>
  shape.test(text) ? (text as TraceParent) : null;

/** Whether somebody upstream has decided to keep this trace. */
export const isSampled = (trace: TraceParent): boolean => trace.endsWith('1');
