import { Aspects, Stack, type StackProps } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { alarmSubjects } from '../observability/alarm-subjects';
import { AlarmTopics } from '../observability/alarm-topics';
import { hasCanary } from '../observability/alarms-of-stage';
import { ChargeCanary, type ChargeCanaryResources, canarySubject } from '../observability/charge-canary';
import { ErrorLines } from '../observability/error-lines';
import type { ObservedResources } from '../observability/observed-resources';
import { PaymentsDashboard } from '../observability/payments-dashboard';
import { RequireLogRetention } from '../observability/require-log-retention';
import { StageAlarms } from '../observability/stage-alarms';
import { addStageOutputs } from '../observability/stage-outputs';

export interface ObservabilityStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  readonly resources: ObservedResources;
  readonly canary: ChargeCanaryResources;
}

/** The alarms of a stage with their receivers, and its dashboard. */
export class ObservabilityStack extends Stack {
  readonly topics: AlarmTopics;
  /** Every alarm that wakes somebody: a deployment during which one goes off is rolled back. */
  readonly pagingAlarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    const { configuration, resources, canary: canaryResources, ...stackProps } = props;
    super(scope, id, stackProps);
    this.topics = new AlarmTopics(this, 'Topics', { configuration });
    const canary = hasCanary(configuration)
      ? new ChargeCanary(this, 'Canary', { configuration, ...canaryResources })
      : null;
    const alarms = new StageAlarms(this, 'Alarms', {
      topics: this.topics,
      subjects: [
        ...alarmSubjects(configuration, resources),
        ...(canary === null ? [] : [canarySubject(canary)]),
      ],
    });
    this.pagingAlarms = alarms.paging;
    const errorLines = new ErrorLines(this, 'ErrorLines', {
      stage: configuration.stage,
      logGroups: resources.logGroups,
    });
    new PaymentsDashboard(this, 'Payments', {
      configuration,
      resources,
      alarms: alarms.all,
      errorLines: errorLines.metrics,
    });
    addStageOutputs(this, { configuration, resources, topics: this.topics, canary });
    Aspects.of(this).add(new RequireLogRetention());
  }
}
