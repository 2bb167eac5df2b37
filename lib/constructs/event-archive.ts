import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogStream } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from './accept-findings';
import { EncryptedLogGroup } from './encrypted-log-group';
import { letPut } from './narrow-grants';
import { PrivateBucket } from './private-bucket';

export interface EventArchiveProps {
  readonly configuration: StageConfiguration;
  readonly stream: Stream;
  readonly archiveKey: IKey;
  readonly operationsKey: IKey;
  readonly accessLogs: IBucket;
}

const bufferSeconds = 300;
const bufferMib = 64;

/** Every event of the stream in a bucket that lets nobody change it, one folder per day. */
export class EventArchive extends Construct {
  readonly bucket: PrivateBucket;
  readonly delivery: CfnDeliveryStream;

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
    const logStream = new LogStream(this, 'LogStream', { logGroup });
    const role = this.createRole(stream, archiveKey);
    logGroup.grantWrite(role);
    this.delivery = new CfnDeliveryStream(this, 'Delivery', {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: this.bucket.bucketArn,
        roleArn: role.roleArn,
        bufferingHints: { intervalInSeconds: bufferSeconds, sizeInMBs: bufferMib },
        compressionFormat: 'GZIP',
        encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: archiveKey.keyArn } },
        prefix: 'events/!{timestamp:yyyy/MM/dd}/',
        errorOutputPrefix: 'failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/',
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.logGroupName,
          logStreamName: logStream.logStreamName,
        },
      },
    });
    this.delivery.node.addDependency(role);
    acceptFindings(this.delivery, {
      rule: 'AwsSolutions-KDF1',
      reason:
        'It reads from a stream that is encrypted with the customer key; Firehose refuses a second encryption there.',
      until: '2027-11-30',
    });
  }

  /** @source https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html, without reading what was written */
  private createRole(stream: Stream, archiveKey: IKey): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('firehose.amazonaws.com'),
      description: 'Copies the stream to the archive',
    });
    stream.grantRead(role);
    letPut(role, this.bucket);
    // S3 reads the data key of an object that is uploaded in parts.
    archiveKey.grant(role, 'kms:Decrypt');
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [this.bucket.bucketArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:AbortMultipartUpload'],
        resources: [this.bucket.arnForObjects('*')],
      }),
    );
    acceptFindings(role, {
      rule: 'AwsSolutions-IAM5[Resource::<ArchiveEvents5CFDBB75.Arn>/*]',
      reason: 'The objects of one bucket, whose names the delivery makes up as it goes.',
      until: '2027-11-30',
    });
    return role;
  }
}
