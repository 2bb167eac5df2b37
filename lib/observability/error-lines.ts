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
    const metricNamespace = metricNamespaceOf(stage);
    this.metrics = logGroups.map(({ name, logGroup }) => {
      const metricName = `ErrorLines-${name}`;
      new MetricFilter(this, name, {
        logGroup,
        filterPattern: FilterPattern.any(
          FilterPattern.numberValue('$.level', '>=', pinoError),
          FilterPattern.stringValue('$.level', '=', 'ERROR'),
          FilterPattern.stringValue('$.level', '=', 'CRITICAL'),
        ),
        metricNamespace,
        metricName,
        metricValue: '1',
      });
      return new Metric({
        namespace: metricNamespace,
        metricName,
        label: name,
        statistic: 'Sum',
        period: Duration.minutes(5),
      });
    });
  }
}
