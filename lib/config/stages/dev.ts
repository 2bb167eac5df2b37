import type { StageConfiguration } from '../stage-configuration';

/**
 * For people who change FinCore. Everything is there, in its smallest form: it idles under 100 USD a month, loses
 * minutes when a zone fails, and can be thrown away. Nights and weekends the tasks stop and the database pauses.
 */
export const dev: StageConfiguration = {
  stage: 'dev',
  account: '111111111111',
  region: 'eu-central-1',
  isProtected: false,
  logRetentionDays: 7,
  psp: { livemode: false },
  network: {
    cidr: '10.10.0.0/16',
    zones: ['eu-central-1a', 'eu-central-1b'],
    connectedNetworks: [],
    egress: { kind: 'nat-instance', instanceType: 't4g.nano', imageId: 'ami-01111111111111111' },
    interfaceEndpoints: false,
  },
  dns: { hostedZoneId: 'Z0111111111111111111A', hostedZoneName: 'dev.example.com' },
  api: {
    domainName: 'pay.dev.example.com',
    exposure: { kind: 'allow-list', networks: ['192.0.2.0/24'] },
    firewall: { kind: 'none' },
    cpuUnits: 256,
    memoryMiB: 512,
    minimumTasks: 1,
    maximumTasks: 2,
    targetCpuPercent: 60,
  },
  relay: { cpuUnits: 256, memoryMiB: 512, tasks: 1 },
  compute: {
    spot: true,
    workingHours: { kind: 'weekdays', timeZone: 'Europe/Berlin', startHour: 7, stopHour: 19 },
  },
  database: {
    clusters: 'one',
    capacity: { kind: 'serverless', minimumAcu: 0, maximumAcu: 4 },
    instances: 1,
    pointInTimeRecoveryDays: 1,
    restoredFrom: null,
    proxy: false,
  },
  cache: { nodeType: 'cache.t4g.micro', replicas: 0 },
  stream: { capacity: { kind: 'provisioned', shards: 1 }, retentionDays: 1 },
  functions: {
    worker: { memoryMiB: 512, maximumConcurrency: 5 },
    readers: { memoryMiB: 512, batchSize: 500 },
    verification: { memoryMiB: 512, everyMinutes: 1_440 },
  },
  backup: { retentionDays: 7, vaultLock: { kind: 'none' }, copyToRegion: null },
  archive: { objectLock: 'governance', retentionDays: 1 },
  retention: { keysDays: 30, refusalsDays: 400 },
  alarms: { emails: ['payments-team@example.com'], pagerDuty: null, slack: null },
  admin: {
    domainName: 'admin.dev.example.com',
    sdkDomainName: 'js.dev.example.com',
    signInPrefix: 'fincore-dev',
    firewall: false,
  },
};
