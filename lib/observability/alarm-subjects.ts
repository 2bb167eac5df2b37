import { Duration } from 'aws-cdk-lib';
import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { DatabaseProxy } from 'aws-cdk-lib/aws-rds';
import type { MetricName } from '../../src/core/ports/metrics';
import type { StageConfiguration } from '../config/stage-configuration';
import { type AlarmId, alarmCatalogue } from './alarm-catalogue';
import { restsAtNight } from './alarms-of-stage';
import { maximumConnections } from './database-connections';
import { errorShare } from './error-share';
import { type ServiceName, fincoreMetric } from './fincore-metric';
import type { ObservedApi, ObservedResources } from './observed-resources';

/** One thing that an alarm watches: an alarm about queues has one subject for each queue. */
export interface AlarmSubject {
  readonly alarm: AlarmId;
  /** Tells the subjects of one alarm apart, for example `payments`; empty for the only one. */
  readonly name: string;
  readonly metric: IMetric;
  /** Where the stage is smaller than the catalogue supposes. @default the catalogue's */
  readonly threshold?: number;
}

const periodOf = (alarm: AlarmId): Duration => Duration.minutes(alarmCatalogue[alarm].periodMinutes);

/** Everything that is watched in a stage, with the number that tells. */
export function alarmSubjects(
  configuration: StageConfiguration,
  resources: ObservedResources,
): readonly AlarmSubject[] {
  return [
    ...queueSubjects(resources),
    ...readerSubjects(resources),
    ...apiSubjects(configuration, resources),
    ...databaseSubjects(configuration, resources),
    ...relaySubjects(configuration),
    ...verificationSubjects(configuration),
    ...keepingSubjects(resources),
  ];
}

const queueSubjects = ({ queues }: ObservedResources): readonly AlarmSubject[] =>
  queues.flatMap(({ name, queue, deadLetterQueue, isPrompt }) => [
    {
      alarm: 'dead-letters' as const,
      name,
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: periodOf('dead-letters'),
        statistic: Stats.MAXIMUM,
      }),
    },
    ...(isPrompt
      ? [
          {
            alarm: 'jobs-waiting' as const,
            name,
            metric: queue.metricApproximateAgeOfOldestMessage({
              period: periodOf('jobs-waiting'),
              statistic: Stats.MAXIMUM,
            }),
          },
        ]
      : []),
  ]);

/** Lambda tells milliseconds, the catalogue says seconds. */
const readerSubjects = ({ readers }: ObservedResources): readonly AlarmSubject[] =>
  readers.map((reader) => ({
    alarm: 'reader-behind',
    name: reader.name,
    metric: new MathExpression({
      expression: 'age / 1000',
      label: reader.name,
      period: periodOf('reader-behind'),
      usingMetrics: { age: reader.function.metric('IteratorAge', { statistic: Stats.MAXIMUM }) },
    }),
  }));

function apiSubjects(
  { stage, api, compute }: StageConfiguration,
  resources: ObservedResources,
): readonly AlarmSubject[] {
  return [
    {
      alarm: 'server-errors',
      name: '',
      metric: errorShare(resources.api.loadBalancer, periodOf('server-errors')),
    },
    {
      alarm: 'slow-answers',
      name: '',
      // Not the load balancer's: a request with Prefer: wait is slow because its caller wants it so.
      metric: fincoreMetric({
        stage,
        service: 'payment-api',
        name: 'ChargeAcceptedMilliseconds',
        statistic: 'p99',
        period: periodOf('slow-answers'),
      }),
    },
    ...(restsAtNight(compute)
      ? []
      : [
          {
            alarm: 'unhealthy-hosts' as const,
            name: '',
            metric: healthyHosts(resources.api),
            // A stage that runs one task is in trouble without it, not with it.
            threshold: Math.min(alarmCatalogue['unhealthy-hosts'].levels[0].threshold, api.minimumTasks),
          },
        ]),
  ];
}

/** Of the two groups of a deployment only one has traffic; both have hosts while it moves. */
export const healthyHosts = ({ targetGroups }: ObservedApi): IMetric => {
  const usingMetrics = Object.fromEntries(
    targetGroups.map((group, index) => [
      `group${String(index)}`,
      group.metrics.healthyHostCount({ statistic: Stats.MINIMUM }),
    ]),
  );
  const terms = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({
    expression: terms.join(' + '),
    label: 'healthy tasks',
    period: periodOf('unhealthy-hosts'),
    usingMetrics,
  });
};

const databaseSubjects = (
  { database }: StageConfiguration,
  { databases }: ObservedResources,
): readonly AlarmSubject[] =>
  databases.flatMap(({ name, cluster, proxy }) => [
    {
      alarm: 'database-cpu' as const,
      name,
      metric: cluster.metricCPUUtilization({
        period: periodOf('database-cpu'),
        statistic: Stats.MAXIMUM,
      }),
    },
    {
      alarm: 'database-connections' as const,
      name,
      metric: new MathExpression({
        expression: `100 * open / ${String(maximumConnections(database.capacity))}`,
        label: `${name}: connections, percent of those allowed`,
        period: periodOf('database-connections'),
        usingMetrics: { open: cluster.metricDatabaseConnections({ statistic: Stats.MAXIMUM }) },
      }),
    },
    ...(proxy === null
      ? []
      : [
          {
            alarm: 'proxy-pinned' as const,
            name,
            metric: new MathExpression({
              expression: `100 * pinned / ${String(maximumConnections(database.capacity))}`,
              label: `${name}: pinned connections, percent of those allowed`,
              period: periodOf('proxy-pinned'),
              usingMetrics: { pinned: pinnedConnections(proxy) },
            }),
          },
        ]),
  ]);

/** A named statement binds its client to one connection of the cluster: the proxy then shares it with nobody. */
export const pinnedConnections = ({ dbProxyName: ProxyName }: DatabaseProxy): Metric =>
  new Metric({
    namespace: 'AWS/RDS',
    metricName: 'DatabaseConnectionsCurrentlySessionPinned',
    dimensionsMap: { ProxyName },
    statistic: Stats.MAXIMUM,
  });

function relaySubjects({ stage, compute }: StageConfiguration): readonly AlarmSubject[] {
  const own = ownMetrics(stage, 'relay');
  return [
    own('outbox-behind', 'OutboxAgeSeconds', 'Maximum'),
    ...(restsAtNight(compute) ? [] : [own('relay-silent', 'RelayHeartbeat', 'Sum')]),
  ];
}

function verificationSubjects({ stage, functions }: StageConfiguration): readonly AlarmSubject[] {
  const { everyMinutes } = functions.verification;
  const own = ownMetrics(stage, 'verification');
  return [
    own('unknown-payments', 'UnknownPaymentAgeSeconds', 'Maximum'),
    own('psp-success', 'PspSuccessDropPoints', 'Maximum'),
    own('ledger-imbalance', 'LedgerImbalance', 'Maximum'),
    own('chain-broken', 'ChainBroken', 'Maximum'),
    own('verification-behind', 'WholeVerificationAgeSeconds', 'Maximum'),
    {
      alarm: 'verification-silent',
      name: '',
      // A stage that verifies seldom is missed later: two of its own intervals, as everywhere.
      metric: fincoreMetric({
        stage,
        service: 'verification',
        name: 'VerificationCompleted',
        statistic: 'Sum',
        period: Duration.minutes(everyMinutes),
      }),
    },
    ownMetrics(stage, 'reconciliation')('reconciliation-breaks', 'ReconciliationBreaks', 'Maximum'),
  ];
}

const ownMetrics =
  (stage: StageConfiguration['stage'], service: ServiceName) =>
  (alarm: AlarmId, name: MetricName, statistic: 'Maximum' | 'Sum'): AlarmSubject => ({
    alarm,
    name: '',
    metric: fincoreMetric({ stage, service, name, statistic, period: periodOf(alarm) }),
  });

/** A delivery that cannot read the stream is behind it; one that cannot write holds what it has read. */
function archiveAge({ ref: DeliveryStreamName }: CfnDeliveryStream): IMetric {
  const metric = (metricName: string) =>
    new Metric({
      namespace: 'AWS/Firehose',
      metricName,
      dimensionsMap: { DeliveryStreamName },
      statistic: Stats.MAXIMUM,
    });
  return new MathExpression({
    expression: 'MAX([FILL(unwritten, 0), FILL(unread, 0) / 1000])',
    label: 'not in the archive, seconds',
    period: periodOf('archive-behind'),
    usingMetrics: {
      unwritten: metric('DeliveryToS3.DataFreshness'),
      unread: metric('KinesisMillisBehindLatest'),
    },
  });
}

const backupJobs = (
  outcome: 'Failed' | 'Completed',
  { backupVaultName: BackupVaultName }: IBackupVault,
): IMetric =>
  new Metric({
    namespace: 'AWS/Backup',
    metricName: `NumberOfBackupJobs${outcome}`,
    dimensionsMap: { BackupVaultName },
    statistic: Stats.SUM,
    period: periodOf('backup-failure'),
  });

/** Archive, backups and certificates: what is kept for the bad day. */
const keepingSubjects = ({
  archive,
  backupVault,
  certificates,
}: ObservedResources): readonly AlarmSubject[] => [
  { alarm: 'archive-behind', name: '', metric: archiveAge(archive) },
  { alarm: 'backup-failure', name: '', metric: backupJobs('Failed', backupVault) },
  { alarm: 'backup-missing', name: '', metric: backupJobs('Completed', backupVault) },
  ...certificates.map((certificate, index) => ({
    alarm: 'certificate-expiry' as const,
    name: index === 0 ? '' : String(index + 1),
    metric: certificate.metricDaysToExpiry({
      period: periodOf('certificate-expiry'),
      statistic: Stats.MINIMUM,
    }),
  })),
];
