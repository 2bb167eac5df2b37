import { Duration, Size } from 'aws-cdk-lib';
import {
  Compression,
  DeliveryStream,
  KinesisStreamSource,
  EnableLogging,
  S3Bucket,
} from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { EncryptedLogGroup } from './encrypted-log-group';
import { PrivateBucket } from './private-bucket';

export interface EventArchiveProps {
  readonly configuration: StageConfiguration;
  readonly stream: IStream;
  readonly archiveKey: IKey;
  readonly operationsKey: IKey;
  readonly accessLogs: IBucket;
}

/** Every event of the stream in a bucket that lets nobody change it, one folder per day. */
export class EventArchive extends Construct {
  readonly bucket: PrivateBucket;
  readonly delivery: DeliveryStream;

  constructor(scope: Construct, id: string, props: EventArchiveProps) {
    super(scope, id);
    const { configuration, stream, archiveKey, operationsKey, accessLogs } = props;
    this.bucket = new PrivateBucket(this, 'Events', {
      configuration,
      key: archiveKey,
      accessLogs,
      isLocked: true,
    });
    const logGroup = new EncryptedLogGroup(this, 'LogGroup', { configuration, key: operationsKey });
    this.delivery = new DeliveryStream(this, 'Delivery', {
      source: new KinesisStreamSource(stream),
      destination: new S3Bucket(this.bucket, {
        bufferingInterval: Duration.minutes(5),
        bufferingSize: Size.mebibytes(64),
        compression: Compression.GZIP,
        dataOutputPrefix: 'events/!{timestamp:yyyy/MM/dd}/',
        errorOutputPrefix: 'failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/',
        encryptionKey: archiveKey,
        loggingConfig: new EnableLogging(logGroup),
      }),
    });
  }
}
