import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acceptFindings } from './accept-findings';
import { StageFunction, type StageFunctionProps } from './stage-function';

export interface ScheduledJobProps extends Omit<StageFunctionProps, 'reservedConcurrency'> {
  readonly every: Duration;
  /** Encrypts the runs that could not be started. */
  readonly dataKey: IKey;
}

/** A function that runs on a schedule, one run at a time. */
export class ScheduledJob extends Construct {
  readonly function: StageFunction;
  /** Runs that failed three times. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);
    const { every, dataKey, ...functionProps } = props;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: dataKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acceptFindings(this.deadLetters, {
      rule: 'AwsSolutions-SQS3',
      reason: 'It takes the dead letters of a schedule; the rule knows those of queues only.',
      until: '2027-11-30',
    });
    this.function = new StageFunction(this, 'Function', { ...functionProps, reservedConcurrency: 1 });
    new Rule(this, 'Schedule', {
      description: functionProps.description,
      schedule: Schedule.rate(every),
      targets: [
        new LambdaFunction(this.function, {
          deadLetterQueue: this.deadLetters,
          // A run that is late by one interval is replaced by the next.
          maxEventAge: every,
          retryAttempts: 2,
        }),
      ],
    });
  }
}
