import type { Tracer } from '@aws-lambda-powertools/tracer';

/** Runs `work` as a named segment of the invocation's trace; `facts` become annotations, by which X-Ray finds it. */
export type TracedWork = <Value>(
  name: string,
  facts: Readonly<Record<string, unknown>>,
  work: () => Promise<Value>,
) => Promise<Value>;

/** Traces concurrent pieces of work as segments of their own. Runs `work` without a segment when tracing is off. */
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
        // The error is in the log, which is scrubbed; the trace says only that the work failed.
        segment?.addErrorFlag();
        throw error;
      } finally {
        segment?.close();
      }
    });
    // The tracer returns what the function does, and has no type for it.
    return capturing as Promise<Value>;
  };
