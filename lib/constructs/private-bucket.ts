import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from './accept-findings';

export interface PrivateBucketProps {
  readonly configuration: Pick<StageConfiguration, 'isProtected' | 'archive'>;
  readonly key: IKey;
  /** Where its access is logged. */
  readonly accessLogs: IBucket;
  /** Objects can be neither changed nor deleted before the stage's archive retention ends. @default false */
  readonly isLocked?: boolean;
  readonly lifecycleRules?: readonly LifecycleRule[];
}

/** Old versions are for mistakes of yesterday, not for history. */
const keepOldVersionsFor = Duration.days(90);
const moveArchiveAfter = Duration.days(90);

/** A bucket as CLOUD data is kept: no public access, TLS only, customer key, versions, access log, lifecycle. */
export class PrivateBucket extends Bucket {
  /** Said, because the library's class fits its own interface only where it is. */
  override get isWebsite(): boolean {
    return false;
  }

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    const { configuration, key, accessLogs, isLocked = false, lifecycleRules = [] } = props;
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      // One data key per bucket and hour instead of one per object.
      bucketKeyEnabled: true,
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `s3/${id.toLowerCase()}/`,
      removalPolicy: configuration.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(isLocked ? { objectLockDefaultRetention: lockOf(configuration) } : {}),
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        isLocked
          ? {
              transitions: [
                { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: moveArchiveAfter },
              ],
            }
          : { noncurrentVersionExpiration: keepOldVersionsFor },
        ...lifecycleRules,
      ],
    });
    acceptFindings(this, {
      rule: 'PCI.DSS.321-S3BucketReplicationEnabled',
      reason:
        'What is in it is derived from the journal or from the repository; the journal is backed up to another region.',
      until: '2027-11-30',
    });
  }
}

function lockOf({ archive }: Pick<StageConfiguration, 'archive'>): ObjectLockRetention {
  const duration = Duration.days(archive.retentionDays);
  return archive.objectLock === 'compliance'
    ? ObjectLockRetention.compliance(duration)
    : ObjectLockRetention.governance(duration);
}
