import { type EmfMetrics, createEmfMetrics } from '../../adapters/aws/metrics/emf-metrics';

/** Often enough for alarms that look at minutes. */
const flushIntervalMs = 10_000;

/** Metrics of a program that runs all the time, as lines of its log. */
export function emitMetrics(
  service: string,
  { FINCORE_STAGE: stage }: { readonly FINCORE_STAGE: string },
): EmfMetrics & { close(): void } {
  const metrics = createEmfMetrics({
    namespace: `FinCore/${stage}`,
    service,
    clock: Date.now,
    write: (line) => process.stdout.write(`${line}\n`),
  });
  const timer = setInterval(() => metrics.flush(), flushIntervalMs).unref();
  return {
    ...metrics,
    close() {
      clearInterval(timer);
      metrics.flush();
    },
  };
}
