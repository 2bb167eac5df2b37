import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { type Metrics, metricUnits } from '../../../core/ports';

/** Often enough for alarms that look at minutes. */
const flushIntervalMs = 10_000;

/** Records metrics in the Embedded Metric Format, which CloudWatch reads from the log. Infinite values are left out. */
export const recordTo = (metrics: PowertoolsMetrics): Metrics => ({
  record(name, value = 1) {
    if (Number.isFinite(value)) metrics.addMetric(name, metricUnits[name], value);
  },
});

export const metricsOf = (serviceName: string, { FINCORE_STAGE }: { readonly FINCORE_STAGE: string }) =>
  new PowertoolsMetrics({ namespace: `FinCore/${FINCORE_STAGE}`, serviceName });

/** Metrics of a program that runs all the time, as lines of its log. */
export function emitMetrics(
  service: string,
  environment: { readonly FINCORE_STAGE: string },
): Metrics & { close(): void } {
  const metrics = metricsOf(service, environment);
  const flush = () => {
    // Powertools logs a warning when there is nothing to publish.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  const timer = setInterval(flush, flushIntervalMs).unref();
  return {
    ...recordTo(metrics),
    close() {
      clearInterval(timer);
      flush();
    },
  };
}
