import type { StageConfiguration } from '../stage-configuration';

/** Real money: three zones, two clusters, every lock closed. Test money until `livemode` is turned on. */
export const production: StageConfiguration = {
  stage: 'production',
  account: '333333333333',
  region: 'eu-central-1',
  isProtected: true,
  logRetentionDays: 365,
  psp: { livemode: false },
  network: {
    cidr: '10.30.0.0/16',
    zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    connectedNetworks: [],
    egress: { kind: 'nat-gateways', gateways: 3 },
    interfaceEndpoints: true,
  },
  dns: { hostedZoneId: 'Z0333333333333333333A', hostedZoneName: 'example.com' },
  api: {
    domainName: 'pay.example.com',
    exposure: { kind: 'public' },
    firewall: { kind: 'managed-rules', requestsPerAddressPerFiveMinutes: 300_000 },
    cpuUnits: 2048,
    memoryMiB: 4096,
    minimumTasks: 3,
    maximumTasks: 24,
    targetCpuPercent: 50,
  },
  relay: { cpuUnits: 1024, memoryMiB: 2048, tasks: 2 },
  compute: { spot: false, workingHours: { kind: 'always' } },
  database: {
    clusters: 'two',
    capacity: { kind: 'provisioned', instanceType: 'r8g.large' },
    instances: 2,
    pointInTimeRecoveryDays: 35,
    restoredFrom: null,
    proxy: true,
  },
  cache: { nodeType: 'cache.m7g.large', replicas: 2 },
  stream: { capacity: { kind: 'provisioned', shards: 8 }, retentionDays: 7 },
  functions: {
    worker: { memoryMiB: 1769, maximumConcurrency: 100 },
    readers: { memoryMiB: 1769, batchSize: 500 },
    verification: { memoryMiB: 1769, everyMinutes: 15 },
  },
  backup: {
    retentionDays: 365,
    vaultLock: { kind: 'compliance', changeableForDays: 3 },
    copyToRegion: 'eu-west-1',
  },
  archive: { objectLock: 'compliance', retentionDays: 2_555 },
  retention: { keysDays: 30, refusalsDays: 400 },
  alarms: {
    emails: ['payments-on-call@example.com'],
    pagerDuty: { secretName: 'fincore/production/pagerduty' },
    slack: { workspaceId: 'T0123456789', channelId: 'C0123456789' },
  },
  admin: {
    domainName: 'admin.example.com',
    sdkDomainName: 'js.example.com',
    signInPrefix: 'fincore-production',
    firewall: true,
  },
};
