import { Duration } from 'aws-cdk-lib';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { KinesisEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { acceptFindings } from './accept-findings';
import type { FunctionReleases } from './function-releases';
import { ParkedBatchDestination } from './parked-batch-destination';
import type { PrivateBucket } from './private-bucket';
import { StageFunction, type StageFunctionProps } from './stage-function';

export interface StreamReaderProps extends Omit<StageFunctionProps, 'timeout' | 'reservedConcurrency'> {
  readonly releases: FunctionReleases;
  readonly stream: Stream;
  /** Where a batch goes that no try helped, with its cause; what it held is read from the journal. */
  readonly parkedBatches: PrivateBucket;
  /** Events of one invocation, at most. */
  readonly batchSize: number;
}

const timeout = Duration.seconds(60);
/** With a bisect before each, ten tries bring a batch of 1,000 down to the one event that is wrong. */
const retryAttempts = 10;
/** Within the shortest retention of a stream; what is older is read from the journal. */
const maximumRecordAge = Duration.hours(12);
/** Shards of an on-demand stream: it begins with 4 and doubles under load. */
const shardsOnDemand = 16;

/** A function that reads the published journal, one batch per shard at a time. */
export class StreamReader extends Construct {
  readonly function: StageFunction;

  constructor(scope: Construct, id: string, props: StreamReaderProps) {
    super(scope, id);
    const { releases, stream, parkedBatches, batchSize, ...functionProps } = props;
    const {
      stage,
      stream: { capacity },
    } = props.configuration;
    this.function = new StageFunction(this, 'Function', {
      ...functionProps,
      timeout,
      reservedConcurrency: capacity.kind === 'provisioned' ? capacity.shards : shardsOnDemand,
    });
    releases.release(this, this.function).addEventSource(
      new KinesisEventSource(stream, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts,
        maxRecordAge: maximumRecordAge,
        // A single record that cannot be read is parked there by the function itself, and the batch goes on.
        onFailure: new ParkedBatchDestination(parkedBatches),
      }),
    );
    acceptFindings(this, {
      rule: `AwsSolutions-IAM5[Resource::fincore-${stage}-Streaming:ExportsOutputFnGetAttParkedBatches505AAA59ArnDE6269B4/*]`,
      reason: 'The objects of one bucket, named by Lambda and by the record that was parked.',
      until: '2027-11-30',
    });
  }
}
