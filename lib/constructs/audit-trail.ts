import { ReadWriteType, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { EncryptedLogGroup } from './encrypted-log-group';
import { PrivateBucket } from './private-bucket';

export interface AuditTrailProps {
  readonly configuration: StageConfiguration;
  readonly archiveKey: IKey;
  readonly operationsKey: IKey;
  readonly accessLogs: IBucket;
  /** Whose every object access is written down, too. */
  readonly watchedBucket: IBucket;
}

/** Who did what in the account, in a bucket that lets nobody change it. */
export class AuditTrail extends Construct {
  readonly bucket: PrivateBucket;
  readonly trail: Trail;

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const { configuration, archiveKey, operationsKey, accessLogs, watchedBucket } = props;
    this.bucket = new PrivateBucket(this, 'Records', {
      configuration,
      key: archiveKey,
      accessLogs,
      isLocked: true,
    });
    this.trail = new Trail(this, 'Trail', {
      bucket: this.bucket,
      encryptionKey: archiveKey,
      enableFileValidation: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      managementEvents: ReadWriteType.ALL,
      cloudWatchLogGroup: new EncryptedLogGroup(this, 'LogGroup', { configuration, key: operationsKey }),
      sendToCloudWatchLogs: true,
    });
    this.trail.addS3EventSelector([{ bucket: watchedBucket }]);
  }
}
