import type { StageConfiguration } from '../stage-configuration';

/** A small production: the same settings with fewer and smaller machines, so that the load test tells something. */
export const staging: StageConfiguration = {
  stage: 'staging',
  account: '222222222222',
  region: 'eu-central-1',
  isProtected: true,
  logRetentionDays: 30,
  psp: { livemode: false },
  network: {
    cidr: '10.20.0.0/16',
    zones: ['eu-central-1a', 'eu-central-1b'],
    connectedNetworks: [],
    egress: { kind: 'nat-gateways', gateways: 1 },
    interfaceEndpoints: true,
  },
  dns: { hostedZoneId: 'Z0222222222222222222A', hostedZoneName: 'staging.example.com' },
  api: {
    domainName: 'pay.staging.example.com',
    exposure: { kind: 'allow-list', networks: ['192.0.2.0/24'] },
    firewall: { kind: 'managed-rules', requestsPerAddressPerFiveMinutes: 300_000 },
    cpuUnits: 1024,
    memoryMiB: 2048,
    minimumTasks: 2,
    maximumTasks: 6,
    targetCpuPercent: 60,
  },
  relay: { cpuUnits: 512, memoryMiB: 1024, tasks: 2 },
  compute: { spot: false, workingHours: { kind: 'always' } },
  database: {
    clusters: 'one',
    capacity: { kind: 'serverless', minimumAcu: 1, maximumAcu: 16 },
    instances: 2,
    pointInTimeRecoveryDays: 7,
    proxy: true,
  },
  cache: { nodeType: 'cache.t4g.small', replicas: 1 },
  stream: { capacity: { kind: 'provisioned', shards: 2 }, retentionDays: 7 },
  functions: {
    worker: { memoryMiB: 1024, maximumConcurrency: 20 },
    readers: { memoryMiB: 1024, batchSize: 500 },
    verification: { memoryMiB: 1024, everyMinutes: 60 },
  },
  backup: { retentionDays: 35, vaultLock: { kind: 'governance' }, copyToRegion: null },
  archive: { objectLock: 'governance', retentionDays: 30 },
  alarms: { emails: ['payments-team@example.com'], pagerDuty: null, slack: null },
  admin: {
    domainName: 'admin.staging.example.com',
    sdkDomainName: 'js.staging.example.com',
    signInPrefix: 'fincore-staging',
    firewall: true,
  },
};
