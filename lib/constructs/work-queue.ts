import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';

export interface WorkQueueProps {
  readonly configuration: Pick<StageConfiguration, 'isProtected'>;
  readonly key: IKey;
  /** As the workflows name it, for example `payments`. */
  readonly name: string;
  /** Whether a job that waits long means trouble. */
  readonly isPrompt: boolean;
  /** How long the function that does the work may take. */
  readonly workerTimeout: Duration;
}

/** @source https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: six times the function's timeout. */
const visibilityTimeouts = 6;
/**
 * Deliveries of one message before SQS gives it up: for messages whose handler dies. A job that fails in an orderly way
 * goes on in a fresh message before it comes near it.
 */
export const maximumReceives = 5;
/** The longest that SQS keeps anything. */
const retention = Duration.days(14);

/** A queue of jobs and the queue of those that nobody could do. */
export class WorkQueue extends Construct {
  readonly name: string;
  readonly isPrompt: boolean;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly workerTimeout: Duration;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { configuration, key, name, isPrompt, workerTimeout } = props;
    this.name = name;
    this.isPrompt = isPrompt;
    this.workerTimeout = workerTimeout;
    const common = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
      retentionPeriod: retention,
      removalPolicy: configuration.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Jobs', {
      ...common,
      visibilityTimeout: Duration.seconds(workerTimeout.toSeconds() * visibilityTimeouts),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maximumReceives },
    });
  }
}
