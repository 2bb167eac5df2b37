import type { ConfigurationProblem } from './configuration-problem';
import { checkNetwork } from './check-network';
import type { StageConfiguration } from './stage-configuration';

type Problems = readonly ConfigurationProblem[];

/** What the API allows to one credential: the default of FINCORE_RATE_LIMIT_PER_SECOND, which a test compares. */
export const requestsPerCredentialPerSecond = 500;
/** Days that PCI DSS 4.0.1, requirement 10.5.1, keeps the audit trail for. */
const auditTrailDays = 365;

/** Whether the settings, each of which has its form, fit together. */
export function checkSense(configuration: StageConfiguration): Problems {
  return [
    ...checkNetwork(configuration),
    ...checkDomains(configuration),
    ...checkSizes(configuration),
    ...checkFirewall(configuration),
    ...checkStageRules(configuration),
    ...(configuration.stage === 'production' ? checkProduction(configuration) : []),
  ];
}

function checkDomains({ dns, api, admin }: StageConfiguration): Problems {
  const domains = [
    { setting: 'api.domainName', name: api.domainName },
    { setting: 'admin.domainName', name: admin.domainName },
    { setting: 'admin.sdkDomainName', name: admin.sdkDomainName },
  ];
  const outside = domains
    .filter(({ name }) => name !== dns.hostedZoneName && !name.endsWith(`.${dns.hostedZoneName}`))
    .map(({ setting, name }) => ({
      setting,
      message: `It is ${name}; it must lie in the hosted zone ${dns.hostedZoneName} (dns.hostedZoneName).`,
    }));
  const taken = domains.filter(
    ({ name }, index) => domains.findIndex((other) => other.name === name) < index,
  );
  return [
    ...outside,
    ...taken.map(({ setting, name }) => ({
      setting,
      message: `${name} is already the domain of something else.`,
    })),
  ];
}

function checkSizes({ api, relay, database, compute, backup, region }: StageConfiguration): Problems {
  const problems: ConfigurationProblem[] = [];
  const require = (holds: boolean, setting: string, message: string) => {
    if (!holds) problems.push({ setting, message });
  };
  require(api.maximumTasks >=
    api.minimumTasks, 'api.maximumTasks', `It is ${api.maximumTasks}; it must be at least api.minimumTasks, which is ${api.minimumTasks}.`);
  for (const [setting, task] of Object.entries({ api, relay })) {
    const allowed = memoryOf[task.cpuUnits];
    require(task.memoryMiB >= allowed.minimum &&
      task.memoryMiB <= allowed.maximum &&
      task.memoryMiB % allowed.step ===
        0, `${setting}.memoryMiB`, `It is ${task.memoryMiB}; with ${task.cpuUnits} CPU units Fargate takes ${allowed.minimum} to ${allowed.maximum} MiB in steps of ${allowed.step}.`);
  }
  const { capacity } = database;
  if (capacity.kind === 'serverless') {
    require(capacity.maximumAcu >=
      capacity.minimumAcu, 'database.capacity.maximumAcu', `It is ${capacity.maximumAcu}; it must be at least minimumAcu, which is ${capacity.minimumAcu}.`);
    require(capacity.minimumAcu > 0 ||
      !database.proxy, 'database.proxy', 'It is true; a proxy keeps connections open, so that a cluster with a minimum of 0 capacity units never pauses.');
  }
  const { restoredFrom } = database;
  require(restoredFrom === null ||
    (restoredFrom.ledger !== null) ===
      (database.clusters ===
        'two'), 'database.restoredFrom.ledger', `It is ${JSON.stringify(restoredFrom?.ledger)}; with "${database.clusters}" in database.clusters it must be ${database.clusters === 'two' ? 'a backup: LedgerDB has a cluster of its own' : 'null: LedgerDB is in the other cluster'}.`);
  const { workingHours } = compute;
  if (workingHours.kind === 'weekdays') {
    require(workingHours.stopHour >
      workingHours.startHour, 'compute.workingHours.stopHour', `It is ${workingHours.stopHour}; it must be later than startHour, which is ${workingHours.startHour}.`);
    require(isTimeZone(
      workingHours.timeZone,
    ), 'compute.workingHours.timeZone', `It is ${JSON.stringify(workingHours.timeZone)}; it must be a time zone such as Europe/Berlin.`);
  }
  require(backup.copyToRegion !==
    region, 'backup.copyToRegion', `It is ${region}, where the stage lives; a copy must lie in another region.`);
  return problems;
}

/** @source https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const memoryOf: Readonly<
  Record<StageConfiguration['api']['cpuUnits'], { minimum: number; maximum: number; step: number }>
> = {
  256: { minimum: 512, maximum: 2_048, step: 512 },
  512: { minimum: 1_024, maximum: 4_096, step: 1_024 },
  1024: { minimum: 2_048, maximum: 8_192, step: 1_024 },
  2048: { minimum: 4_096, maximum: 16_384, step: 1_024 },
  4096: { minimum: 8_192, maximum: 30_720, step: 1_024 },
};

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The firewall refuses with a bare 429; the API says whose limit was reached and when to ask again, so it must be the first to. */
function checkFirewall({ api: { firewall } }: StageConfiguration): Problems {
  if (firewall.kind === 'none') return [];
  const fromOneCredential = requestsPerCredentialPerSecond * fiveMinutesS;
  const { requestsPerAddressPerFiveMinutes: limit } = firewall;
  return limit > fromOneCredential
    ? []
    : [
        {
          setting: 'api.firewall.requestsPerAddressPerFiveMinutes',
          message: `It is ${limit}; it must be more than ${fromOneCredential}: the API itself allows ${requestsPerCredentialPerSecond} requests a second to one credential.`,
        },
      ];
}

const fiveMinutesS = 300;

function checkStageRules({ stage, api, psp }: StageConfiguration): Problems {
  if (stage === 'production') return [];
  return [
    ...(api.exposure.kind === 'public'
      ? [
          {
            setting: 'api.exposure.kind',
            message: `It is "public"; only production may be. ${stage} takes "allow-list" or "private".`,
          },
        ]
      : []),
    ...(psp.livemode
      ? [
          {
            setting: 'psp.livemode',
            message: `It is true; only production may move real money, not ${stage}.`,
          },
        ]
      : []),
  ];
}

/** What nobody may save money on where real money moves. */
function checkProduction(configuration: StageConfiguration): Problems {
  const { alarms, database, network, api, relay, stream, cache, compute, backup, archive, admin } =
    configuration;
  const rules: readonly (readonly [holds: boolean, setting: string, message: string])[] = [
    [configuration.isProtected, 'isProtected', 'It is false; production is protected from deletion.'],
    [
      alarms.emails.length > 0 && (alarms.pagerDuty !== null || alarms.slack !== null),
      'alarms',
      'Production needs at least one e-mail address and PagerDuty or Slack: an alarm needs somebody who receives it.',
    ],
    [
      network.interfaceEndpoints,
      'network.interfaceEndpoints',
      'It is false; production uses private endpoints.',
    ],
    [
      network.egress.kind === 'nat-gateways' && network.egress.gateways >= 2,
      'network.egress',
      'Production needs NAT gateways in at least two zones.',
    ],
    [api.firewall.kind === 'managed-rules', 'api.firewall.kind', 'Production needs "managed-rules".'],
    [admin.firewall, 'admin.firewall', 'It is false; production has a firewall before the admin pages.'],
    [
      api.minimumTasks >= 2,
      'api.minimumTasks',
      `It is ${api.minimumTasks}; production runs at least 2 tasks.`,
    ],
    [
      relay.tasks >= 2,
      'relay.tasks',
      `It is ${relay.tasks}; production runs a relay and one that stands by.`,
    ],
    [!compute.spot, 'compute.spot', 'It is true; production tasks are not withdrawn.'],
    [compute.workingHours.kind === 'always', 'compute.workingHours.kind', 'Production runs "always".'],
    [
      database.instances >= 2,
      'database.instances',
      `It is ${database.instances}; production has at least 2.`,
    ],
    [
      database.pointInTimeRecoveryDays === 35,
      'database.pointInTimeRecoveryDays',
      `It is ${database.pointInTimeRecoveryDays}; production keeps 35 days.`,
    ],
    [database.proxy, 'database.proxy', 'It is false; production pools its connections.'],
    [
      database.capacity.kind === 'provisioned' || database.capacity.minimumAcu >= 1,
      'database.capacity.minimumAcu',
      'Production keeps at least 1 capacity unit warm.',
    ],
    [cache.replicas >= 1, 'cache.replicas', 'It is 0; production keeps a replica.'],
    [
      stream.retentionDays >= 7,
      'stream.retentionDays',
      `It is ${stream.retentionDays}; production keeps 7 days.`,
    ],
    [
      backup.vaultLock.kind !== 'none',
      'backup.vaultLock.kind',
      'It is "none"; production locks its backups.',
    ],
    [
      archive.retentionDays >= auditTrailDays,
      'archive.retentionDays',
      `It is ${archive.retentionDays}; production keeps its audit trail for at least ${auditTrailDays} days.`,
    ],
    [
      configuration.logRetentionDays >= auditTrailDays,
      'logRetentionDays',
      `It is ${configuration.logRetentionDays}; production keeps logs for at least ${auditTrailDays} days.`,
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, setting, message]) => ({ setting, message }));
}
