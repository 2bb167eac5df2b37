import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../src/core/ports/metrics';
import type { StageName } from '../config/stage-configuration';

/** The programs that write metrics of their own, as they call themselves in the dimension `service`. */
export type ServiceName =
  | 'payment-api'
  | 'relay'
  /** All workers together. */
  | 'worker'
  | 'verification'
  | 'reconciliation';

export interface FinCoreMetricProps {
  readonly stage: StageName;
  /** A {@link ServiceName}, or the name of a reader of the stream. */
  readonly service: string;
  /** As the programs name it. */
  readonly name: MetricName;
  readonly statistic: 'Maximum' | 'Sum' | 'Average' | 'p50' | 'p99';
  readonly period: Duration;
}

/** Where the metrics of a stage's programs are; each program writes there by the name of its stage. */
export const metricNamespaceOf = (stage: StageName): string => `FinCore/${stage}`;

/** A number that one of FinCore's own programs writes into its log. */
export const fincoreMetric = ({ stage, service, name, statistic, period }: FinCoreMetricProps): Metric =>
  new Metric({
    namespace: metricNamespaceOf(stage),
    metricName: name,
    dimensionsMap: { service },
    statistic,
    period,
  });
