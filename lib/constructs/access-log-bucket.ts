import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from './accept-findings';

export interface AccessLogBucketProps {
  readonly configuration: Pick<StageConfiguration, 'isProtected' | 'logRetentionDays'>;
  /** CloudFront writes its logs with an access control list of its own. @default false */
  readonly isWrittenByCloudFront?: boolean;
  /** The rules know a bucket for one of logs by the buckets of its own stack that log to it. @default false */
  readonly isWrittenFromOtherStacks?: boolean;
}

/** Where load balancers, buckets and distributions log who asked for what. */
export class AccessLogBucket extends Bucket {
  /** Said, because the library's class fits its own interface only where it is. */
  override get isWebsite(): boolean {
    return false;
  }

  constructor(scope: Construct, id: string, props: AccessLogBucketProps) {
    const { configuration, isWrittenByCloudFront = false, isWrittenFromOtherStacks = false } = props;
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // Those who write here accept no customer key.
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      objectOwnership: isWrittenByCloudFront
        ? ObjectOwnership.BUCKET_OWNER_PREFERRED
        : ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: configuration.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        {
          expiration: Duration.days(configuration.logRetentionDays),
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    acceptFindings(
      this,
      {
        rule: 'PCI.DSS.321-S3DefaultEncryptionKMS',
        reason: 'Load balancers, S3 and CloudFront write their logs to buckets with keys of S3 only.',
        until: '2027-11-30',
      },
      {
        rule: 'PCI.DSS.321-S3BucketReplicationEnabled',
        reason: 'Access logs are kept once; nothing is rebuilt from them.',
        until: '2027-11-30',
      },
    );
    if (!isWrittenFromOtherStacks) return;
    for (const rule of ['AwsSolutions-S1', 'PCI.DSS.321-S3BucketLoggingEnabled']) {
      acceptFindings(this, {
        rule,
        reason: 'It is where access logs go; logging it into itself would never end.',
        until: '2027-11-30',
      });
    }
  }
}
