import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupVault,
  type IBackupVault,
  type LockConfiguration,
} from 'aws-cdk-lib/aws-backup';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IDatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from './accept-findings';

export interface BackupOfStoresProps {
  readonly configuration: StageConfiguration;
  readonly key: IKey;
  /** A vault in another region. */
  readonly copyTo: IBackupVault | null;
  readonly clusters: readonly IDatabaseCluster[];
  readonly tables: readonly TableV2[];
}

/** A backup of every store each night, in a vault that refuses to give it up before its time. */
export class BackupOfStores extends Construct {
  readonly vault: BackupVault;
  readonly plan: BackupPlan;
  /** Backs the stores up. */
  readonly role: Role;

  constructor(scope: Construct, id: string, props: BackupOfStoresProps) {
    super(scope, id);
    const { configuration, key, copyTo, clusters, tables } = props;
    const { backup, isProtected } = configuration;
    const deleteAfter = Duration.days(backup.retentionDays);
    this.vault = new BackupVault(this, 'Vault', {
      encryptionKey: key,
      ...lockOf(backup),
      removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.plan = new BackupPlan(this, 'Plan', { backupVault: this.vault });
    this.plan.addRule(
      new BackupPlanRule({
        ruleName: 'EveryNight',
        // In UTC, when the fewest payments are made in Europe.
        scheduleExpression: Schedule.cron({ hour: '2', minute: '15' }),
        startWindow: Duration.hours(1),
        completionWindow: Duration.hours(8),
        deleteAfter,
        ...(copyTo === null ? {} : { copyActions: [{ destinationBackupVault: copyTo, deleteAfter }] }),
      }),
    );
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      description: 'Backs the stores up',
    });
    this.plan.addSelection('Stores', {
      role: this.role,
      resources: [
        ...clusters.map((cluster) => BackupResource.fromArn(cluster.clusterArn)),
        ...tables.map((table) => BackupResource.fromArn(table.tableArn)),
      ],
    });
    acceptFindings(this.role, {
      rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]',
      reason:
        'AWS keeps this policy to what AWS Backup does with each kind of store; it acts on the selected stores only.',
      until: '2027-11-30',
    });
  }
}

/** A lock without `changeableFor` can be lifted by anyone who has the permission; one with it becomes final. */
export function lockOf(backup: StageConfiguration['backup']): { lockConfiguration?: LockConfiguration } {
  const { vaultLock, retentionDays } = backup;
  switch (vaultLock.kind) {
    case 'none':
      return {};
    case 'governance':
      return { lockConfiguration: { minRetention: Duration.days(retentionDays) } };
    case 'compliance':
      return {
        lockConfiguration: {
          minRetention: Duration.days(retentionDays),
          changeableFor: Duration.days(vaultLock.changeableForDays),
        },
      };
  }
}
