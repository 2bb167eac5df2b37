import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { StageName } from '../config/stage-configuration';
import { metricNamespaceOf } from './fincore-metric';
import type { ObservedLogGroup } from './observed-resources';

/** Below it are warnings. @source pino's levels: 50 is error, 60 fatal */
const pinoError = 50;

export interface ErrorLinesProps {
  readonly stage: StageName;
  readonly logGroups: readonly ObservedLogGroup[];
}

/** Counts the lines that programs log as errors: those of the containers by number, those of the functions by word. */
export class ErrorLines extends Construct {
  readonly metrics: readonly Metric[];

  constructor(scope: Construct, id: string, { stage, logGroups }: ErrorLinesProps) {
    super(scope, id);
    this.metrics = logGroups.map(({ name, logGroup }) => {
      const metric = errorLineMetric(stage, name, Duration.minutes(5));
      new MetricFilter(this, name, {
        logGroup,
        filterPattern: FilterPattern.any(
          FilterPattern.numberValue('$.level', '>=', pinoError),
          FilterPattern.stringValue('$.level', '=', 'ERROR'),
          FilterPattern.stringValue('$.level', '=', 'CRITICAL'),
        ),
        metricNamespace: metric.namespace,
        metricName: metric.metricName,
        metricValue: '1',
      });
      return metric;
    });
  }
}

/** The number of lines that a program has logged as errors. */
export const errorLineMetric = (stage: StageName, program: string, period: Duration): Metric =>
  new Metric({
    namespace: metricNamespaceOf(stage),
    metricName: `ErrorLines-${program}`,
    label: program,
    statistic: 'Sum',
    period,
  });
