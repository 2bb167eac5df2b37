import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import type { QueueDeclaration } from '../../src/core/ports';
import type { StageConfiguration } from '../config/stage-configuration';
import { workerTimeout } from '../config/worker-timeout';
import { acceptFindings } from '../constructs/accept-findings';
import { AuditTrail } from '../constructs/audit-trail';
import { EventArchive } from '../constructs/event-archive';
import { PrivateBucket } from '../constructs/private-bucket';
import { WorkQueue } from '../constructs/work-queue';
import { contexts } from '../../src/core/contexts';
import type { DataStack } from './data';
import type { NetworkStack } from './network';

export interface StreamingStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  readonly network: NetworkStack;
  readonly data: DataStack;
}

/** The journal as it is published, the jobs that follow from it, and what of both is kept for years. */
export class StreamingStack extends Stack {
  readonly stream: Stream;
  /** One for each queue that a context declares. */
  readonly queues: readonly WorkQueue[];
  readonly archive: EventArchive;
  /** Where a reader's batch goes when no try helped, with its cause. */
  readonly parkedBatches: PrivateBucket;
  readonly trail: AuditTrail;

  constructor(scope: Construct, id: string, props: StreamingStackProps) {
    const { configuration, network, data, ...stackProps } = props;
    super(scope, id, { terminationProtection: configuration.isProtected, ...stackProps });
    const { operationsKey } = network;
    const { paymentKey, archiveKey, accessLogs } = data;
    this.stream = this.createStream(configuration, data);
    this.queues = contexts.queues.map((declared) => this.createQueue(declared, configuration, data));
    this.archive = new EventArchive(this, 'Archive', {
      configuration,
      stream: this.stream,
      archiveKey,
      operationsKey,
      accessLogs,
    });
    this.parkedBatches = new PrivateBucket(this, 'ParkedBatches', {
      configuration,
      key: paymentKey,
      accessLogs,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    this.trail = new AuditTrail(this, 'AuditTrail', {
      configuration,
      archiveKey,
      operationsKey,
      accessLogs,
      watchedBucket: this.archive.bucket,
    });
  }

  private createStream({ stream, isProtected }: StageConfiguration, { paymentKey }: DataStack): Stream {
    const { capacity } = stream;
    const journal = new Stream(this, 'Journal', {
      encryption: StreamEncryption.KMS,
      encryptionKey: paymentKey,
      retentionPeriod: Duration.days(stream.retentionDays),
      removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(capacity.kind === 'provisioned'
        ? { streamMode: StreamMode.PROVISIONED, shardCount: capacity.shards }
        : { streamMode: StreamMode.ON_DEMAND }),
    });
    acceptFindings(journal, {
      rule: 'AwsSolutions-KDS3',
      reason:
        'Payments are under a key of the customer, whose policy and audit trail the key of the service does not have.',
      until: '2027-11-30',
    });
    return journal;
  }

  private createQueue(
    { name, isPrompt }: QueueDeclaration,
    configuration: StageConfiguration,
    { paymentKey }: DataStack,
  ): WorkQueue {
    return new WorkQueue(this, `Queue-${name}`, {
      configuration,
      key: paymentKey,
      name,
      isPrompt,
      workerTimeout,
    });
  }
}
