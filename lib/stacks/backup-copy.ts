import { ArnFormat, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { BackupVault, type IBackupVault } from 'aws-cdk-lib/aws-backup';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { lockOf } from '../constructs/backup-of-stores';
import { StageKey } from '../constructs/stage-key';

export interface BackupCopyStackProps extends StackProps {
  readonly configuration: StageConfiguration;
}

/** A vault in another region: a copy of every backup survives the loss of the region. */
export class BackupCopyStack extends Stack {
  /** By a name that both regions know: CloudFormation passes no references between regions. */
  readonly vault: IBackupVault;

  constructor(scope: Construct, id: string, { configuration, ...stackProps }: BackupCopyStackProps) {
    super(scope, id, { terminationProtection: configuration.isProtected, ...stackProps });
    const { backup, isProtected, stage } = configuration;
    const backupVaultName = `fincore-${stage}-copies`;
    const vault = new BackupVault(this, 'Vault', {
      backupVaultName,
      encryptionKey: new StageKey(this, 'Key', { configuration, description: 'Copies of backups' }),
      ...lockOf(backup),
      removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const arn = this.formatArn({
      service: 'backup',
      resource: 'backup-vault',
      resourceName: backupVaultName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.vault = BackupVault.fromBackupVaultArn(vault, 'KnownByName', arn);
  }
}
