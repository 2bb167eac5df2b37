import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  PeriodOverride,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { contexts } from '../../src/core/contexts';
import type { StageConfiguration } from '../config/stage-configuration';
import { healthyHosts, pinnedConnections } from './alarm-subjects';
import { errorShare } from './error-share';
import { type FinCoreMetricProps, fincoreMetric } from './fincore-metric';
import type { ObservedResources } from './observed-resources';

export interface PaymentsDashboardProps {
  readonly configuration: StageConfiguration;
  readonly resources: ObservedResources;
  readonly alarms: readonly IAlarm[];
  readonly errorLines: readonly IMetric[];
}

/** CloudWatch's grid has 24 columns. */
const columns = 24;
const period = Duration.minutes(1);

/** The way of a payment from left to right, and from the money down to the machines. */
export class PaymentsDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: PaymentsDashboardProps) {
    super(scope, id, { defaultInterval: Duration.hours(3), periodOverride: PeriodOverride.AUTO });
    const { configuration, resources, alarms, errorLines } = props;
    this.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: columns, height: 4 }),
    );
    this.addRow('Payments', paymentGraphs(configuration));
    this.addRow('On their way', wayGraphs(configuration, resources));
    this.addRow('Books', bookGraphs(configuration));
    this.addRow('Machines', machineGraphs(resources, errorLines));
  }

  private addRow(title: string, graphs: readonly IWidget[]): void {
    this.addWidgets(new TextWidget({ markdown: `## ${title}`, width: columns, height: 1 }));
    this.addWidgets(...graphs);
  }
}

const graph = (title: string, left: readonly IMetric[], label?: string): GraphWidget =>
  new GraphWidget({
    title,
    left: [...left],
    width: columns / 4,
    height: 6,
    ...(label === undefined ? {} : { leftYAxis: { label, showUnits: false, min: 0 } }),
  });

const own =
  ({ stage }: StageConfiguration, service: FinCoreMetricProps['service']) =>
  (name: FinCoreMetricProps['name'], statistic: FinCoreMetricProps['statistic'] = 'Sum') =>
    fincoreMetric({ stage, service, name, statistic, period });

function paymentGraphs(configuration: StageConfiguration): readonly IWidget[] {
  const api = own(configuration, 'payment-api');
  const worker = own(configuration, 'worker');
  return [
    graph('Charges accepted', [api('ChargesAccepted')], 'a minute'),
    graph(
      'Time to accept a charge',
      [api('ChargeAcceptedMilliseconds', 'p50'), api('ChargeAcceptedMilliseconds', 'p99')],
      'milliseconds',
    ),
    graph(
      'Authorizations at the PSP',
      [worker('PspApproved'), worker('PspDeclined'), worker('PspUnknown'), worker('PspUnavailable')],
      'a minute',
    ),
    graph(
      'Answer of the PSP',
      [worker('PspCallMilliseconds', 'p50'), worker('PspCallMilliseconds', 'p99')],
      'milliseconds',
    ),
  ];
}

function wayGraphs(configuration: StageConfiguration, resources: ObservedResources): readonly IWidget[] {
  const relay = own(configuration, 'relay');
  const worker = own(configuration, 'worker');
  return [
    graph('Outbox', [relay('OutboxAgeSeconds', 'Maximum')], 'seconds'),
    graph(
      'Jobs',
      [relay('JobsSent'), worker('JobsDone'), worker('JobsRetried'), worker('JobsDead')],
      'a minute',
    ),
    graph(
      'Queues: oldest message',
      resources.queues.map(({ name, queue }) =>
        queue.metricApproximateAgeOfOldestMessage({ label: name, period, statistic: Stats.MAXIMUM }),
      ),
      'seconds',
    ),
    graph(
      'Readers: age of the events',
      contexts.streamReaders.map((reader) =>
        own(configuration, reader)('EventLagSeconds', 'Maximum').with({ label: reader }),
      ),
      'seconds',
    ),
  ];
}

function bookGraphs(configuration: StageConfiguration): readonly IWidget[] {
  const verification = own(configuration, 'verification');
  return [
    graph('Verifications', [verification('VerificationCompleted')], 'a minute'),
    graph('Pass through all the books', [verification('WholeVerificationPercent', 'Maximum')], 'percent'),
    graph('Faults', [verification('LedgerImbalance', 'Maximum'), verification('ChainBroken', 'Maximum')]),
    graph('Oldest unknown payment', [verification('UnknownPaymentAgeSeconds', 'Maximum')], 'seconds'),
    graph('Approvals below the last day', [verification('PspSuccessDropPoints', 'Maximum')], 'points'),
  ];
}

const machineGraphs = (resources: ObservedResources, errorLines: readonly IMetric[]): readonly IWidget[] => [
  graph('Answers of 500 and above', [errorShare(resources.api.loadBalancer, period)], 'percent'),
  graph('Tasks', [healthyHosts(resources.api)], 'healthy'),
  graph(
    'Databases: CPU',
    resources.databases.map(({ name, cluster }) =>
      cluster.metricCPUUtilization({ label: name, period, statistic: Stats.MAXIMUM }),
    ),
    'percent',
  ),
  ...(resources.databases.some(({ proxy }) => proxy !== null)
    ? [
        graph(
          'Databases: pinned by clients of the proxy',
          resources.databases.flatMap(({ name, proxy }) =>
            proxy === null ? [] : [pinnedConnections(proxy).with({ label: name, period })],
          ),
          'connections',
        ),
      ]
    : []),
  graph('Errors in the logs', errorLines, 'in 5 minutes'),
];
