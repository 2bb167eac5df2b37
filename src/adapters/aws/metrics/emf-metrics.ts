import { type MetricName, type Metrics, metricUnits } from '../../../core/ports';

/** What CloudWatch takes of one metric in one line. @source the EMF specification, "MetricDefinition object" */
const mostSamples = 100;

export interface EmfMetricsOptions {
  /** For example `FinCore/production`. */
  readonly namespace: string;
  /** The program, as its one dimension, for example `payment-api`. */
  readonly service: string;
  readonly clock: () => number;
  /** Takes one line; stdout in a container and in a Lambda. */
  readonly write: (line: string) => void;
}

export interface EmfMetrics extends Metrics {
  /** Writes what was recorded since the last time; nothing when nothing was. */
  flush(): void;
}

/**
 * Metrics as lines of the log, which CloudWatch turns into numbers (Embedded Metric Format): no request and no wait
 * on the way of a payment. Anyone who makes it flushes it at intervals, or at the end of each batch.
 */
export function createEmfMetrics({ namespace, service, clock, write }: EmfMetricsOptions): EmfMetrics {
  let recorded = new Map<MetricName, number[]>();

  const flush = () => {
    if (recorded.size === 0) return;
    const names = [...recorded.keys()];
    const line = {
      _aws: {
        Timestamp: clock(),
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: [['service']],
            Metrics: names.map((name) => ({ Name: name, Unit: metricUnits[name] })),
          },
        ],
      },
      service,
      ...Object.fromEntries(recorded),
    };
    recorded = new Map();
    write(JSON.stringify(line));
  };

  return {
    record(name, value = 1) {
      if (!Number.isFinite(value)) return;
      const samples = recorded.get(name);
      if (samples === undefined) recorded.set(name, [value]);
      else if (metricUnits[name] === 'Count') samples[0] = (samples[0] ?? 0) + value;
      else samples.push(value);
      if ((samples?.length ?? 0) >= mostSamples) flush();
    },
    flush,
  };
}
