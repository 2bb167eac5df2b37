import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Repository, RepositoryEncryption, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { AccessLogBucket } from '../constructs/access-log-bucket';
import { AuroraStore } from '../constructs/aurora-store';
import { BackupOfStores } from '../constructs/backup-of-stores';
import { CacheCluster } from '../constructs/cache-cluster';
import { StageSecret } from '../constructs/stage-secret';
import { StageKey } from '../constructs/stage-key';
import type { BackupCopyStack } from './backup-copy';
import type { NetworkStack } from './network';

export interface DataStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  readonly network: NetworkStack;
  /** The vault in another region, where the stage has one. */
  readonly backupCopy: BackupCopyStack | null;
}

/** Images of old versions that stay, so that going back needs no build. */
const imagesKept = 30;

/** What must not be lost: the books, the risk rules, secrets, images, and the keys that they are under. */
export class DataStack extends Stack {
  /** Encrypts payments: databases, cache, queues, the stream. */
  readonly paymentKey: Key;
  /** Encrypts secrets. */
  readonly secretKey: Key;
  /** Encrypts what is kept for years: archive, audit trail, backups. */
  readonly archiveKey: Key;
  /** Journal, PaymentDB and the audit log. */
  readonly stores: AuroraStore;
  /** LedgerDB: the same cluster, or one of its own. */
  readonly ledger: AuroraStore;
  /** Each cluster once. */
  readonly clusters: readonly AuroraStore[];
  readonly cache: CacheCluster;
  readonly riskRules: TableV2;
  readonly velocityCounters: TableV2;
  /** `{ "secret_key": …, "webhook_secret": … }`; an operator fills it in. */
  readonly stripeSecret: StageSecret;
  /** The credential of the operators of this stage, as text. */
  readonly operatorSecret: StageSecret;
  /** Seals secrets in the journal: those that sign webhooks. */
  readonly sealingSecret: StageSecret;
  /** The merchant's key and the card of the canary; an operator fills it in. */
  readonly canarySecret: StageSecret;
  readonly images: Repository;
  /** Who asked load balancers and buckets for what. */
  readonly accessLogs: AccessLogBucket;
  readonly backup: BackupOfStores;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    const { configuration, network, backupCopy, ...stackProps } = props;
    super(scope, id, { terminationProtection: configuration.isProtected, ...stackProps });
    this.paymentKey = new StageKey(this, 'PaymentKey', { configuration, description: 'Payments' });
    this.secretKey = new StageKey(this, 'SecretKey', { configuration, description: 'Secrets' });
    this.archiveKey = this.createArchiveKey(configuration);

    const { operationsKey, vpc } = network;
    const keys = { dataKey: this.paymentKey, secretKey: this.secretKey, operationsKey };
    const { restoredFrom } = configuration.database;
    this.stores = new AuroraStore(this, 'Stores', {
      configuration,
      vpc,
      restoredFrom: restoredFrom?.stores ?? null,
      ...keys,
    });
    this.ledger =
      configuration.database.clusters === 'two'
        ? new AuroraStore(this, 'Ledger', {
            configuration,
            vpc,
            restoredFrom: restoredFrom?.ledger ?? null,
            ...keys,
          })
        : this.stores;
    this.clusters = [...new Set([this.stores, this.ledger])];
    this.cache = new CacheCluster(this, 'Cache', { configuration, vpc, ...keys });
    this.riskRules = this.createTable('RiskRules', configuration, { sortKey: 'rule' });
    this.velocityCounters = this.createTable('VelocityCounters', configuration, { timeToLive: 'expires_at' });
    this.stripeSecret = this.createStripeSecret();
    this.operatorSecret = this.createOperatorSecret();
    this.sealingSecret = this.createSealingSecret();
    this.canarySecret = this.createCanarySecret();
    this.images = this.createImages(configuration, operationsKey);
    this.accessLogs = new AccessLogBucket(this, 'AccessLogs', {
      configuration,
      isWrittenFromOtherStacks: true,
    });
    this.backup = new BackupOfStores(this, 'Backup', {
      configuration,
      key: this.archiveKey,
      copyTo: backupCopy?.vault ?? null,
      clusters: this.clusters.map(({ cluster }) => cluster),
      tables: [this.riskRules, this.velocityCounters],
    });
    // The first deployment needs both before the stack of the outputs exists.
    new CfnOutput(this, 'ImageRepository', { value: this.images.repositoryUri });
    new CfnOutput(this, 'StripeSecret', { value: this.stripeSecret.secretArn });
    // Of the two that are rotated by hand.
    new CfnOutput(this, 'CacheId', { value: this.cache.replicationGroup.ref });
    new CfnOutput(this, 'CacheSecret', { value: this.cache.secret.secretArn });
    // A first backup is started by hand, so that nobody waits for a night to see one.
    new CfnOutput(this, 'BackupRole', { value: this.backup.role.roleArn });
    new CfnOutput(this, 'BackedUp', {
      value: this.clusters.map(({ cluster }) => cluster.clusterArn).join(' '),
    });
  }

  private createArchiveKey(configuration: StageConfiguration): Key {
    const key = new StageKey(this, 'ArchiveKey', { configuration, description: 'Archive and backups' });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailsOfThisAccount',
        principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
        actions: ['kms:GenerateDataKey', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    return key;
  }

  private createTable(
    id: string,
    { isProtected }: StageConfiguration,
    options: { readonly sortKey?: string; readonly timeToLive?: string },
  ): TableV2 {
    const { sortKey, timeToLive } = options;
    return new TableV2(this, id, {
      partitionKey: { name: 'tenant', type: AttributeType.STRING },
      sortKey: { name: sortKey ?? 'counter', type: AttributeType.STRING },
      ...(timeToLive === undefined ? {} : { timeToLiveAttribute: timeToLive }),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(this.paymentKey),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isProtected,
      removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  private createStripeSecret(): StageSecret {
    return new StageSecret(this, 'Stripe', {
      whyNoSchedule:
        'Stripe has no call that changes a key; docs/how-to/rotate-keys.md says how an operator does.',
      description: 'Keys of Stripe: secret_key and webhook_secret. Filled in by an operator.',
      key: this.secretKey,
      initial: {
        // Nothing works with these; the service names the secret until an operator has filled it in.
        secretStringTemplate: JSON.stringify({ secret_key: 'sk_test_fill_in' }),
        generateStringKey: 'webhook_secret',
        excludePunctuation: true,
      },
    });
  }

  private createOperatorSecret(): StageSecret {
    return new StageSecret(this, 'Operator', {
      whyNoSchedule:
        'People hold a copy of it; an operator changes it, and programs read the new value within five minutes.',
      description: 'Credential of the operators of this stage.',
      key: this.secretKey,
      initial: { passwordLength: 48, excludePunctuation: true },
    });
  }

  private createSealingSecret(): StageSecret {
    return new StageSecret(this, 'Sealing', {
      whyNoSchedule:
        'Secrets in the journal were sealed with it; only this value and the one before open them.',
      description: 'Seals the secrets that sign webhooks.',
      key: this.secretKey,
      initial: { passwordLength: 48, excludePunctuation: true },
    });
  }

  private createCanarySecret(): StageSecret {
    return new StageSecret(this, 'Canary', {
      whyNoSchedule: 'It belongs to a merchant of FinCore, whose keys the API rotates.',
      description: 'What the canary charges with. Filled in by an operator.',
      key: this.secretKey,
      initial: {},
    });
  }

  private createImages({ isProtected }: StageConfiguration, key: Key): Repository {
    return new Repository(this, 'Images', {
      encryption: RepositoryEncryption.KMS,
      encryptionKey: key,
      // A tag names one image for ever: what was tested is what runs.
      imageTagMutability: TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      lifecycleRules: [
        { tagStatus: TagStatus.UNTAGGED, maxImageAge: Duration.days(7) },
        { maxImageCount: imagesKept },
      ],
      removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      emptyOnDelete: !isProtected,
    });
  }
}
