import { contexts } from '../../src/core/contexts';
import type { StageConfiguration } from '../config/stage-configuration';
import { hasCanary } from '../observability/alarms-of-stage';
import { type CostLine, hoursPerMonth, workingHoursPerMonth } from './cost-line';
import { fixtures } from './usage-of-payments';

/** A task's CPU is configured in 1/1024 of a vCPU, its memory in MiB. */
const unitsPerVcpu = 1_024;
const mebibytesPerGib = 1_024;
/** A serverless cluster that is in use and has nothing to do. */
const idleAcu = 0.5;
const smallestProxyAcu = 8;

/** What a stage costs without a single payment. */
export const idleLines = (stage: StageConfiguration): readonly CostLine[] => [
  ...taskLines(stage),
  ...databaseLines(stage),
  ...cacheLines(stage),
  ...networkLines(stage),
  ...streamLines(stage),
  ...watchLines(stage),
];

const taskHours = ({ compute }: StageConfiguration): number =>
  compute.workingHours.kind === 'always'
    ? hoursPerMonth
    : workingHoursPerMonth(compute.workingHours.startHour, compute.workingHours.stopHour);

function taskLines(stage: StageConfiguration): readonly CostLine[] {
  const { api, relay, compute } = stage;
  const hours = taskHours(stage);
  const of = (item: string, task: typeof relay | typeof api, tasks: number): readonly CostLine[] => [
    {
      item: `${item}, CPU`,
      price: compute.spot ? 'fargateSpotVcpu' : 'fargateVcpu',
      quantity: (tasks * hours * task.cpuUnits) / unitsPerVcpu,
    },
    {
      item: `${item}, memory`,
      price: compute.spot ? 'fargateSpotMemory' : 'fargateMemory',
      quantity: (tasks * hours * task.memoryMiB) / mebibytesPerGib,
    },
  ];
  return [...of('API tasks', api, api.minimumTasks), ...of('Relay tasks', relay, relay.tasks)];
}

/** A cluster that may pause does so when its tasks rest; as long as they run, they keep it awake. */
function databaseLines(stage: StageConfiguration): readonly CostLine[] {
  const { capacity, instances, proxy } = stage.database;
  const clusters = stage.database.clusters === 'two' ? 2 : 1;
  if (capacity.kind === 'provisioned') {
    const vcpus = vcpusOf(capacity.instanceType);
    return [
      {
        item: 'Database instances',
        price: 'auroraVcpu',
        quantity: clusters * instances * vcpus * hoursPerMonth,
      },
      ...(proxy
        ? [
            {
              item: 'Database proxies',
              price: 'proxyVcpu' as const,
              quantity: clusters * instances * vcpus * hoursPerMonth,
            },
          ]
        : []),
    ];
  }
  const hours = capacity.minimumAcu === 0 ? taskHours(stage) : hoursPerMonth;
  return [
    {
      item: 'Database capacity',
      price: 'auroraAcu',
      quantity: clusters * instances * Math.max(idleAcu, capacity.minimumAcu) * hours,
    },
    ...(proxy
      ? [
          {
            item: 'Database proxies',
            price: 'proxyAcu' as const,
            quantity: clusters * smallestProxyAcu * hoursPerMonth,
          },
        ]
      : []),
  ];
}

/** `large` has 2 vCPU, `xlarge` 4, `Nxlarge` 4 N. */
function vcpusOf(instanceType: string): number {
  const size = instanceType.split('.')[1] ?? '';
  if (size === 'medium' || size === 'large') return 2;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  if (times === undefined) throw new Error(`the vCPUs of ${instanceType} cannot be read from its name`);
  return 4 * (times === '' ? 1 : Number(times));
}

/** Prices of nodes follow their memory closely enough for an estimate. */
function cacheLines({ cache }: StageConfiguration): readonly CostLine[] {
  return [
    {
      item: 'Cache nodes',
      price: 'cacheMemory',
      quantity: (1 + cache.replicas) * cacheGib(cache.nodeType) * hoursPerMonth,
    },
  ];
}

const cacheGibBySize: Readonly<Record<string, number>> = {
  micro: 0.5,
  small: 1.37,
  medium: 3.09,
  large: 6.38,
};

function cacheGib(nodeType: string): number {
  const size = nodeType.split('.')[2] ?? '';
  const known = cacheGibBySize[size];
  if (known !== undefined) return known;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  if (times === undefined) throw new Error(`the memory of ${nodeType} cannot be read from its name`);
  return 12.93 * (times === '' ? 1 : Number(times));
}

function networkLines({ network, api, dns, admin }: StageConfiguration): readonly CostLine[] {
  const zones = network.zones.length;
  const isPublic = api.exposure.kind !== 'private';
  const gateways = network.egress.kind === 'nat-gateways' ? network.egress.gateways : 1;
  return [
    network.egress.kind === 'nat-gateways'
      ? { item: 'NAT gateways', price: 'natGateway', quantity: gateways * hoursPerMonth }
      : {
          item: 'NAT instance',
          price: 'natInstanceNano',
          quantity: nanos[network.egress.instanceType] * hoursPerMonth,
        },
    {
      item: 'Public addresses',
      price: 'publicAddress',
      quantity: (gateways + (isPublic ? zones : 0)) * hoursPerMonth,
    },
    { item: 'Load balancer', price: 'loadBalancer', quantity: hoursPerMonth },
    ...(network.interfaceEndpoints
      ? [
          {
            item: 'Private endpoints',
            price: 'interfaceEndpoint' as const,
            quantity: fixtures.endpoints * zones * hoursPerMonth,
          },
        ]
      : []),
    ...firewallLines([api.firewall.kind === 'managed-rules', admin.firewall].filter(Boolean).length),
    { item: `Zone ${dns.hostedZoneName}`, price: 'hostedZone', quantity: 1 },
  ];
}

/** Each size of t4g costs twice the one below. */
const nanos = { 't4g.nano': 1, 't4g.micro': 2, 't4g.small': 4 } as const;

const firewallLines = (lists: number): readonly CostLine[] =>
  lists === 0
    ? []
    : [
        { item: 'Firewalls', price: 'firewallList', quantity: lists },
        { item: 'Firewall rules', price: 'firewallRule', quantity: lists * fixtures.firewallRules },
      ];

function streamLines({ stream }: StageConfiguration): readonly CostLine[] {
  if (stream.capacity.kind === 'on-demand')
    return [{ item: 'Stream', price: 'kinesisOnDemand', quantity: hoursPerMonth }];
  const hours = stream.capacity.shards * hoursPerMonth;
  return [
    { item: 'Stream shards', price: 'kinesisShard', quantity: hours },
    ...(stream.retentionDays > 1
      ? [{ item: 'Stream retention', price: 'kinesisRetention' as const, quantity: hours }]
      : []),
  ];
}

/** Alarms about a share or a sum read several metrics, each of which counts. */
function watchLines(stage: StageConfiguration): readonly CostLine[] {
  const { database } = stage;
  const databases = database.clusters === 'two' ? 2 : 1;
  const proxies = database.proxy ? databases : 0;
  const isTried = hasCanary(stage);
  return [
    { item: 'Keys', price: 'kmsKey', quantity: fixtures.keys * versionsOfKey(stage) },
    { item: 'Secrets', price: 'secret', quantity: fixtures.secrets },
    { item: 'Metrics of the programs', price: 'metric', quantity: fixtures.metrics },
    {
      item: 'Alarms',
      price: 'alarmMetric',
      quantity: alarmMetrics({ databases, proxies, neverRests: isTried }),
    },
    { item: 'Dashboard', price: 'dashboard', quantity: fixtures.dashboards },
    ...(isTried ? [{ item: 'Canary', price: 'canaryRun' as const, quantity: hoursPerMonth * (60 / 5) }] : []),
  ];
}

/** The first two renewals of a key each cost as much as the key. @source https://aws.amazon.com/kms/pricing/ */
const versionsOfKey = ({ isProtected }: StageConfiguration): number => (isProtected ? 3 : 1);

/** Of an alarm about a share each number counts. A stage that never rests also watches its hosts, its relay and its canary. */
const alarmMetrics = (watched: {
  readonly databases: number;
  readonly proxies: number;
  readonly neverRests: boolean;
}): number =>
  24 + alarmMetricsOfContexts() + 2 * watched.databases + watched.proxies + (watched.neverRests ? 4 : 0);

/** Two levels for each reader, two numbers for each release of a function, and the alarms of each queue. */
function alarmMetricsOfContexts(): number {
  const { streamReaders, workers, queues } = contexts;
  const prompt = queues.filter(({ isPrompt }) => isPrompt);
  return 4 * streamReaders.length + 2 * workers.length + queues.length + prompt.length;
}
