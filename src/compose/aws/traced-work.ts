import type { Tracer } from '@aws-lambda-powertools/tracer';

/** Does work as a part of the invocation's trace, under a name of its own, where these facts find it. */
export type TracedWork = <Value>(
  name: string,
  facts: Readonly<Record<string, unknown>>,
  work: () => Promise<Value>,
) => Promise<Value>;

/** Pieces of work that run side by side are apart from each other. Nothing but the work where nobody traces. */
export const traceWork =
  (tracer: Tracer): TracedWork =>
  async <Value>(name: string, facts: Readonly<Record<string, unknown>>, work: () => Promise<Value>) => {
    if (!tracer.isTracingEnabled()) return work();
    const capturing = tracer.provider.captureAsyncFunc(name, async (segment) => {
      for (const [key, value] of Object.entries(facts))
        if (typeof value === 'string' || typeof value === 'number') segment?.addAnnotation(key, value);
      try {
        return await work();
      } catch (error) {
        // What failed is in the log, which is scrubbed; the trace says only that something did.
        segment?.addErrorFlag();
        throw error;
      } finally {
        segment?.close();
      }
    });
    // The tracer returns what the function does, and has no type for it.
    return capturing as Promise<Value>;
  };
