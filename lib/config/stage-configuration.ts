import { Type, type Static } from '@sinclair/typebox';
import {
  exactly,
  oneOf,
  words,
  count,
  flag,
  block,
  domain,
  region,
  snapshot,
  orNull,
  list,
  memoryMiB,
} from './setting-schemas';

const task = {
  cpuUnits: Type.Unsafe<256 | 512 | 1024 | 2048 | 4096>({
    enum: [256, 512, 1024, 2048, 4096],
    description: 'CPU of one task; 1024 units are one vCPU.',
  }),
  memoryMiB: count(512, 30_720, 'Memory of one task.'),
} as const;

const network = exactly({
  cidr: block('The private network of the stage; no two stages and no connected network may overlap it.'),
  zones: Type.Array(Type.String(), {
    minItems: 2,
    maxItems: 3,
    uniqueItems: true,
    description: 'Availability zones, of the region of the stage. A load balancer and Aurora need two.',
  }),
  connectedNetworks: list(block('A network that is or will be connected to this one.'), 0, 20),
  egress: oneOf(
    [
      exactly(
        {
          kind: Type.Literal('nat-gateways'),
          gateways: count(1, 3, 'One per zone survives the loss of a zone.'),
        },
        'Managed gateways.',
      ),
      exactly(
        {
          kind: Type.Literal('nat-instance'),
          instanceType: words(['t4g.nano', 't4g.micro', 't4g.small'], 'Its size.'),
          imageId: Type.String({
            pattern: '^ami-[0-9a-f]{8,17}$',
            'x-allowed': 'the id of an image such as ami-0123456789abcdef0',
            description:
              'Its image, of Amazon Linux 2023 for Arm. Another one replaces the machine, so that only a change of the configuration does.',
          }),
        },
        'One small virtual machine, for stages that may be down for minutes.',
      ),
    ],
    'How tasks and functions reach the PSP.',
  ),
  interfaceEndpoints: flag(
    'Private endpoints of SQS, Kinesis, KMS, Secrets Manager, ECR, Logs and STS in each zone. Without them this traffic leaves by `egress`; S3 and DynamoDB always have theirs, which cost nothing.',
  ),
});

const dns = exactly({
  hostedZoneId: Type.String({
    pattern: '^Z[A-Z0-9]{7,31}$',
    'x-allowed': 'the id of a Route 53 hosted zone such as Z0123456789ABCDEFGHIJ',
    description: 'The public hosted zone that the domains of the stage lie in.',
  }),
  hostedZoneName: domain('Its name.'),
});

const api = exactly({
  domainName: domain('Where callers reach the API.'),
  exposure: oneOf(
    [
      exactly(
        { kind: Type.Literal('public') },
        'Everyone reaches the load balancer; only production may say so.',
      ),
      exactly(
        {
          kind: Type.Literal('allow-list'),
          networks: list(block('A network that may reach the load balancer.'), 1, 50),
        },
        'Only these networks reach the load balancer.',
      ),
      exactly(
        { kind: Type.Literal('private') },
        'The load balancer has private addresses only; connected networks reach it.',
      ),
    ],
    'Who reaches the load balancer.',
  ),
  firewall: oneOf(
    [
      exactly({ kind: Type.Literal('none') }, 'For a stage behind an allow-list.'),
      exactly(
        {
          kind: Type.Literal('managed-rules'),
          requestsPerAddressPerFiveMinutes: count(
            100,
            2_000_000,
            'An address that sends more is refused until it slows down.',
          ),
        },
        'Managed rule groups (common, SQL injection, bad inputs, IP reputation) and a rate rule.',
      ),
    ],
    'The web application firewall before the load balancer.',
  ),
  ...task,
  minimumTasks: count(1, 100, 'Tasks that always run.'),
  maximumTasks: count(1, 400, 'Tasks at full load.'),
  targetCpuPercent: count(20, 80, 'Autoscaling keeps the CPU of the tasks near this.'),
});

const relay = exactly({
  ...task,
  tasks: count(1, 3, 'One leads, the others stand by.'),
});

const compute = exactly({
  spot: flag('Tasks run on spare capacity that may be withdrawn with two minutes of notice.'),
  workingHours: oneOf(
    [
      exactly({ kind: Type.Literal('always') }, 'Around the clock.'),
      exactly(
        {
          kind: Type.Literal('weekdays'),
          timeZone: Type.String({ minLength: 3, maxLength: 40, description: 'For example Europe/Berlin.' }),
          startHour: count(0, 23, 'Tasks start at this hour.'),
          stopHour: count(1, 23, 'Tasks stop at this hour; a serverless database then pauses.'),
        },
        'From Monday to Friday, between two hours.',
      ),
    ],
    'When tasks run.',
  ),
});

const database = exactly({
  clusters: words(
    ['one', 'two'],
    'One cluster holds PaymentDB and LedgerDB, or the ledger has a cluster of its own.',
  ),
  capacity: oneOf(
    [
      exactly(
        {
          kind: Type.Literal('serverless'),
          minimumAcu: Type.Number({
            minimum: 0,
            maximum: 256,
            multipleOf: 0.5,
            description: 'Capacity units that always run; 0 lets an unused cluster pause.',
          }),
          maximumAcu: Type.Number({ minimum: 1, maximum: 256, multipleOf: 0.5, description: 'The ceiling.' }),
        },
        'Aurora Serverless v2.',
      ),
      exactly(
        {
          kind: Type.Literal('provisioned'),
          instanceType: Type.String({
            pattern: String.raw`^(r[678]gd?|r8g|t4g|x2g)\.\d*x?(medium|large|xlarge)$`,
            'x-allowed': 'an Arm instance type such as r8g.large',
            description: 'Size of each instance.',
          }),
        },
        'Instances of a fixed size.',
      ),
    ],
    'Capacity of each instance.',
  ),
  instances: count(1, 6, 'The writer and its readers, over the zones.'),
  pointInTimeRecoveryDays: count(1, 35, 'How far back any second can be restored.'),
  restoredFrom: orNull(
    exactly({
      stores: snapshot('Backup of the cluster of journal, PaymentDB and audit log.'),
      ledger: orNull(
        snapshot('Backup of the cluster of LedgerDB.'),
        'Backup of the cluster of LedgerDB; null where it has none of its own.',
      ),
    }),
    'Backups that the clusters begin from, or null for empty ones. It stays as long as they do: another value makes other clusters.',
  ),
  proxy: flag('RDS Proxy shares connections between functions, which come and go.'),
});

const cache = exactly({
  nodeType: Type.String({
    pattern: String.raw`^cache\.[a-z0-9]+\.(\d*x)?(micro|small|medium|large)$`,
    'x-allowed': 'a node type such as cache.t4g.micro',
    description: 'Size of each node.',
  }),
  replicas: count(0, 5, 'Copies in other zones that take over; 0 loses the cache with its node.'),
});

const stream = exactly({
  capacity: oneOf(
    [
      exactly(
        {
          kind: Type.Literal('provisioned'),
          shards: count(1, 500, 'Each takes 1 MB and 1,000 events a second.'),
        },
        'A fixed number of shards.',
      ),
      exactly({ kind: Type.Literal('on-demand') }, 'Shards follow the traffic.'),
    ],
    'Capacity of the published journal.',
  ),
  retentionDays: count(1, 365, 'How long a reader may be down before it must read from the journal.'),
});

const functions = exactly({
  worker: exactly({
    memoryMiB: memoryMiB('CPU comes with it: 1769 are one vCPU.'),
    maximumConcurrency: count(2, 1_000, 'Batches of one queue at once: what the PSP and the database bear.'),
  }),
  readers: exactly({
    memoryMiB: memoryMiB('CPU comes with it: 1769 are one vCPU.'),
    batchSize: count(10, 1_000, 'Events per invocation, at most.'),
  }),
  verification: exactly({
    memoryMiB: memoryMiB('CPU comes with it: 1769 are one vCPU.'),
    everyMinutes: count(5, 1_440, 'The books are verified this often.'),
  }),
});

const backup = exactly({
  retentionDays: count(7, 2_555, 'How long a daily backup is kept.'),
  vaultLock: oneOf(
    [
      exactly({ kind: Type.Literal('none') }, 'Backups can be deleted.'),
      exactly({ kind: Type.Literal('governance') }, 'Deleting needs a special permission.'),
      exactly(
        {
          kind: Type.Literal('compliance'),
          changeableForDays: count(3, 30, 'After that nobody, not even the root user, can lift the lock.'),
        },
        'Nobody can delete a backup before its time.',
      ),
    ],
    'What protects backups from deletion.',
  ),
  copyToRegion: orNull(region(''), 'A second region that keeps a copy of every backup, or null.'),
});

const archive = exactly({
  objectLock: words(
    ['governance', 'compliance'],
    'Whether a special permission (governance) or nobody (compliance) can delete what is archived.',
  ),
  retentionDays: count(
    1,
    3_653,
    'How long the archive of events, the audit trail and the access logs are locked.',
  ),
});

/** The least that FINCORE_KEEP_KEYS_DAYS and FINCORE_KEEP_REFUSALS_DAYS take, which a test compares. */
export const leastKeepDays = 30;

const retention = exactly({
  keysDays: count(
    leastKeepDays,
    3_650,
    'For how many days a retry with the same idempotency key gets the first answer.',
  ),
  refusalsDays: count(leastKeepDays, 3_650, 'For how many days the audit keeps refusals.'),
});

const alarms = exactly({
  emails: list(
    Type.String({
      pattern: String.raw`^[^@\s]+@[^@\s]+\.[^@\s]+$`,
      'x-allowed': 'an e-mail address',
      description: 'Told of every alarm.',
    }),
    0,
    20,
  ),
  pagerDuty: orNull(
    exactly({
      secretName: Type.String({
        pattern: '^[A-Za-z0-9/_+=.@-]{1,512}$',
        'x-allowed': 'the name of a secret',
        description: 'Secret that holds the integration URL; alarms that page go there.',
      }),
    }),
    'PagerDuty, or null.',
  ),
  slack: orNull(
    exactly({
      workspaceId: Type.String({
        pattern: '^T[A-Z0-9]{6,}$',
        'x-allowed': 'an id such as T0123456789',
        description: 'Id of the workspace.',
      }),
      channelId: Type.String({
        pattern: '^[CG][A-Z0-9]{6,}$',
        'x-allowed': 'an id such as C0123456789',
        description: 'Id of the channel.',
      }),
    }),
    'A Slack channel, or null.',
  ),
});

const admin = exactly({
  domainName: domain('Where staff reach the admin pages.'),
  sdkDomainName: domain('Where browsers load fincore.js from.'),
  signInPrefix: Type.String({
    pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
    'x-allowed': 'lower-case letters, digits and hyphens',
    description: 'First label of the sign-in pages’ address, unique in the region.',
  }),
  firewall: flag('Managed rule groups before the admin pages.'),
});

export const stageConfigurationSchema = exactly({
  stage: words(['dev', 'staging', 'production'], 'Name of the stage.'),
  account: Type.String({
    pattern: String.raw`^\d{12}$`,
    'x-allowed': 'an account number of twelve digits',
    description: 'The AWS account. A stage should have one of its own.',
  }),
  region: region('Where the stage lives.'),
  isProtected: flag(
    'Stateful stacks refuse termination, databases refuse deletion, and data outlives its stack. False lets a stage be thrown away.',
  ),
  logRetentionDays: Type.Unsafe<7 | 14 | 30 | 90 | 180 | 365 | 731 | 1827 | 3653>({
    enum: [7, 14, 30, 90, 180, 365, 731, 1827, 3653],
    description: 'How long logs are kept.',
  }),
  psp: exactly({
    livemode: flag('False: only test keys of the PSP are accepted, and no real money moves.'),
  }),
  network,
  dns,
  api,
  relay,
  compute,
  database,
  cache,
  stream,
  functions,
  backup,
  archive,
  retention,
  alarms,
  admin,
});

/** Everything that differs between the stages of the cloud. Defaults do not exist: a stage says what it is. */
export type StageConfiguration = Static<typeof stageConfigurationSchema>;

export type StageName = StageConfiguration['stage'];
