import type { StageConfiguration } from '../config/stage-configuration';
import type { CostLine } from './cost-line';
import { keptMonths, perPayment } from './usage-of-payments';

const million = 1_000_000;
const gigabyte = 1_000_000_000;
const kinesisUnitBytes = 25_000;
const firehoseRecordBytes = 5_000;
/** A load balancer's capacity unit takes a gigabyte an hour. */
const capacityUnitBytes = gigabyte;

/** What payments add to a stage that is there already: capacity that grows with them, and what is paid by the piece. */
export function trafficLines(stage: StageConfiguration, payments: number): readonly CostLine[] {
  if (payments === 0) return [];
  return [...bookLines(payments), ...wayLines(stage, payments), ...doorLines(stage, payments)];
}

const bookLines = (payments: number): readonly CostLine[] => {
  const stored = ((perPayment.journalBytes * perPayment.events + perPayment.bookBytes) * payments) / gigabyte;
  return [
    {
      item: `Database storage of ${String(keptMonths)} months`,
      price: 'auroraStorage',
      quantity: stored * keptMonths,
    },
    {
      item: 'Database requests',
      price: 'auroraRequests',
      quantity: (perPayment.databaseRequests * payments) / million,
    },
    { item: 'Backups', price: 'backupStorage', quantity: stored * keptMonths },
  ];
};

function wayLines({ stream, functions }: StageConfiguration, payments: number): readonly CostLine[] {
  const events = perPayment.events * payments;
  const bytes = events * perPayment.journalBytes;
  const gibibytes = functions.worker.memoryMiB / 1_024;
  return [
    stream.capacity.kind === 'on-demand'
      ? { item: 'Events on the stream', price: 'kinesisOnDemandIn', quantity: bytes / gigabyte }
      : {
          item: 'Events on the stream',
          price: 'kinesisPuts',
          quantity: (events * Math.ceil(perPayment.journalBytes / kinesisUnitBytes)) / million,
        },
    { item: 'Events to the archive', price: 'firehose', quantity: (events * firehoseRecordBytes) / gigabyte },
    {
      item: `Archive of ${String(keptMonths)} months`,
      price: 'storage',
      quantity: (bytes / gigabyte) * keptMonths,
    },
    { item: 'Jobs', price: 'sqs', quantity: (perPayment.queueRequests * payments) / million },
    {
      item: 'Functions, time',
      price: 'lambdaTime',
      quantity: perPayment.functionSeconds * gibibytes * payments,
    },
    {
      item: 'Functions, calls',
      price: 'lambdaRequests',
      quantity: (perPayment.functionInvocations * payments) / million,
    },
    { item: 'Keys, requests', price: 'kmsRequests', quantity: (perPayment.keyRequests * payments) / million },
  ];
}

function doorLines({ network, api }: StageConfiguration, payments: number): readonly CostLine[] {
  const answered = perPayment.requests * perPayment.requestBytes * payments;
  return [
    { item: 'Load balancer, traffic', price: 'loadBalancerCapacity', quantity: answered / capacityUnitBytes },
    { item: 'Traffic to callers', price: 'trafficOut', quantity: answered / 2 / gigabyte },
    ...(network.egress.kind === 'nat-gateways'
      ? [
          {
            item: 'Traffic to the PSP',
            price: 'natTraffic' as const,
            quantity: (perPayment.pspBytes * payments) / gigabyte,
          },
        ]
      : []),
    ...(api.firewall.kind === 'managed-rules'
      ? [
          {
            item: 'Firewall, requests',
            price: 'firewallRequests' as const,
            quantity: (perPayment.requests * payments) / million,
          },
        ]
      : []),
    { item: 'Traces', price: 'trace', quantity: (perPayment.traces * payments) / million },
    { item: 'Logs', price: 'logs', quantity: (perPayment.logBytes * payments) / gigabyte },
  ];
}
