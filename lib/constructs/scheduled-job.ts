import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { FunctionReleases } from './function-releases';
import { StageFunction, type StageFunctionProps } from './stage-function';

export interface ScheduledJobProps extends Omit<StageFunctionProps, 'reservedConcurrency'> {
  readonly releases: FunctionReleases;
  readonly every: Duration;
}

/**
 * A function that runs on a schedule, one run at a time. A run that could not be started is not kept: it would say no more than that
 * its time came, and the next run does its work. An alarm misses runs that do not end.
 */
export class ScheduledJob extends Construct {
  readonly function: StageFunction;

  constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);
    const { releases, every, ...functionProps } = props;
    this.function = new StageFunction(this, 'Function', { ...functionProps, reservedConcurrency: 1 });
    new Rule(this, 'Schedule', {
      description: functionProps.description,
      schedule: Schedule.rate(every),
      targets: [
        new LambdaFunction(releases.release(this, this.function), {
          // A run that is late by one interval is replaced by the next.
          maxEventAge: every,
          retryAttempts: 2,
        }),
      ],
    });
  }
}
