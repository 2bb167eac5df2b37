import { Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { pipeline } from '../config/pipeline';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from '../constructs/accept-findings';
import { subnetGroups } from '../config/subnet-groups';
import { AdminStack } from '../stacks/admin';
import { BackupCopyStack } from '../stacks/backup-copy';
import { DataStack } from '../stacks/data';
import { FunctionsStack } from '../stacks/functions';
import { MigrationStack } from '../stacks/migration';
import { NetworkStack } from '../stacks/network';
import { ObservabilityStack } from '../stacks/observability';
import { PipelineAccessStack } from '../stacks/pipeline-access';
import { PaymentApiStack } from '../stacks/payment-api';
import { SitesStack, sitesRegion } from '../stacks/sites';
import { StreamingStack } from '../stacks/streaming';
import { observedIn } from './observed-in';

/** One complete FinCore in one account: `npx cdk deploy 'dev/*'`. State and compute are in stacks of their own. */
export class FinCoreStage extends Stage {
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly streaming: StreamingStack;
  readonly migration: MigrationStack;
  readonly paymentApi: PaymentApiStack;
  readonly functions: FunctionsStack;
  readonly admin: AdminStack;
  readonly sites: SitesStack;
  readonly backupCopy: BackupCopyStack | null;
  readonly observability: ObservabilityStack;
  readonly pipelineAccess: PipelineAccessStack;

  constructor(scope: Construct, configuration: StageConfiguration) {
    const { stage, account, region, backup } = configuration;
    super(scope, stage, { stageName: `fincore-${stage}`, env: { account, region } });
    Tags.of(this).add('fincore:stage', stage);

    acceptFindings(this, {
      rule: 'PCI.DSS.321-IAMNoInlinePolicy',
      reason: 'The grants of a role are a policy of that role alone, which is made and deleted with it.',
      until: '2027-11-30',
    });

    this.backupCopy =
      backup.copyToRegion === null
        ? null
        : new BackupCopyStack(this, 'BackupCopy', {
            configuration,
            env: { account, region: backup.copyToRegion },
          });
    this.network = new NetworkStack(this, 'Network', { configuration });
    const { network } = this;
    this.data = new DataStack(this, 'Data', { configuration, network, backupCopy: this.backupCopy });
    const { data } = this;
    this.streaming = new StreamingStack(this, 'Streaming', { configuration, network, data });
    const { streaming } = this;
    this.migration = new MigrationStack(this, 'Migration', { configuration, network, data });
    const { migration } = this;
    this.paymentApi = new PaymentApiStack(this, 'PaymentApi', {
      configuration,
      network,
      data,
      streaming,
      migration,
    });
    this.functions = new FunctionsStack(this, 'Functions', { configuration, network, data, streaming });
    this.admin = new AdminStack(this, 'Admin', { configuration });
    this.sites = new SitesStack(this, 'Sites', { configuration, env: { account, region: sitesRegion } });
    this.observability = new ObservabilityStack(this, 'Observability', {
      configuration,
      resources: observedIn(this),
      canary: {
        key: network.operationsKey,
        accessLogs: data.accessLogs,
        secret: data.canarySecret,
        ...(configuration.api.exposure.kind === 'public'
          ? {}
          : { network: { vpc: network.vpc, subnets: { subnetGroupName: subnetGroups.application } } }),
      },
    });
    this.pipelineAccess = new PipelineAccessStack(this, 'PipelineAccess', {
      configuration,
      pipeline,
      images: data.images,
      cluster: migration.cluster,
      migrations: migration.task.definition,
      resources: observedIn(this),
    });
  }
}
