/** What one unit costs, where that is published, and how far that is confirmed. */
export interface UnitPrice {
  readonly usd: number;
  /** For example `hour` or `million requests`. */
  readonly per: string;
  readonly page: PricePage;
  readonly read: Reading;
  /** What each account has free in every month, without an end. @default nothing */
  readonly free?: number;
}

/**
 * Where else the price stands. The copies of AWS's pages that could be read for this table show no numbers by region;
 * what does are quotations of AWS's price list, which others have published with the day.
 */
export type Reading =
  /** The same number, for this table's region, or for all of them at once. The day as exactly as the quotation tells it. */
  | { readonly kind: 'confirmed'; readonly on: string }
  /** A number for another region alone. */
  | { readonly kind: 'elsewhere'; readonly region: string; readonly usd: number }
  | { readonly kind: 'not-found' };

/** Pages of aws.amazon.com that publish prices, by the end of their address. */
export type PricePage =
  | 'fargate'
  | 'rds/aurora'
  | 'rds/proxy'
  | 'vpc'
  | 'ec2'
  | 'elasticloadbalancing'
  | 'privatelink'
  | 'elasticache'
  | 'kinesis/data-streams'
  | 'firehose'
  | 'sqs'
  | 'lambda'
  | 'kms'
  | 'secrets-manager'
  | 'cloudwatch'
  | 'xray'
  | 's3'
  | 'waf'
  | 'backup'
  | 'route53';

export const addressOf = (page: PricePage): string => `https://aws.amazon.com/${page}/pricing/`;

/** Where these prices hold. Other regions differ by up to a third. */
export const pricesRegion = 'eu-central-1';

const here = (on: string): Reading => ({ kind: 'confirmed', on });
const inVirginia = (usd: number): Reading => ({ kind: 'elsewhere', region: 'us-east-1', usd });
const notFound: Reading = { kind: 'not-found' };

/** List prices in USD without tax, discounts and savings plans. A stage is an account, so it has the free part for itself. */
export const unitPrices = {
  fargateVcpu: { usd: 0.03725, per: 'vCPU hour (Arm)', page: 'fargate', read: here('2026-06') },
  fargateMemory: { usd: 0.00409, per: 'GB hour (Arm)', page: 'fargate', read: here('2026-06') },
  fargateSpotVcpu: { usd: 0.01118, per: 'vCPU hour (Arm, Spot)', page: 'fargate', read: notFound },
  fargateSpotMemory: { usd: 0.00123, per: 'GB hour (Arm, Spot)', page: 'fargate', read: notFound },
  auroraAcu: { usd: 0.14, per: 'ACU hour', page: 'rds/aurora', read: here('2026-08-31') },
  auroraVcpu: { usd: 0.166, per: 'vCPU hour (r8g)', page: 'rds/aurora', read: inVirginia(0.137) },
  auroraStorage: { usd: 0.119, per: 'GB month', page: 'rds/aurora', read: here('2026-08-31') },
  auroraRequests: { usd: 0.22, per: 'million I/O requests', page: 'rds/aurora', read: here('2026-08-31') },
  proxyVcpu: { usd: 0.018, per: 'vCPU hour', page: 'rds/proxy', read: inVirginia(0.015) },
  proxyAcu: { usd: 0.018, per: 'ACU hour, 8 at least', page: 'rds/proxy', read: notFound },
  natGateway: { usd: 0.052, per: 'hour', page: 'vpc', read: here('2026-09-23') },
  natTraffic: { usd: 0.052, per: 'GB', page: 'vpc', read: inVirginia(0.045) },
  publicAddress: { usd: 0.005, per: 'hour', page: 'vpc', read: here('2026-09-23') },
  natInstanceNano: { usd: 0.0048, per: 'hour (t4g.nano)', page: 'ec2', read: notFound },
  trafficOut: { usd: 0.09, per: 'GB to the internet', page: 'ec2', read: inVirginia(0.09) },
  loadBalancer: { usd: 0.027, per: 'hour', page: 'elasticloadbalancing', read: here('2026-09-23') },
  loadBalancerCapacity: {
    usd: 0.008,
    per: 'capacity unit hour',
    page: 'elasticloadbalancing',
    read: here('2026-09-23'),
  },
  interfaceEndpoint: { usd: 0.012, per: 'hour and zone', page: 'privatelink', read: here('2026-09-22') },
  cacheMemory: { usd: 0.0294, per: 'GiB hour (Valkey, t4g)', page: 'elasticache', read: inVirginia(0.0256) },
  kinesisShard: { usd: 0.018, per: 'shard hour', page: 'kinesis/data-streams', read: here('2026') },
  kinesisRetention: {
    usd: 0.024,
    per: 'shard hour beyond a day',
    page: 'kinesis/data-streams',
    read: notFound,
  },
  kinesisOnDemand: { usd: 0.048, per: 'stream hour', page: 'kinesis/data-streams', read: inVirginia(0.04) },
  kinesisPuts: {
    usd: 0.0175,
    per: 'million units of 25 KB',
    page: 'kinesis/data-streams',
    read: here('2026'),
  },
  kinesisOnDemandIn: {
    usd: 0.096,
    per: 'GB written on demand',
    page: 'kinesis/data-streams',
    read: notFound,
  },
  firehose: { usd: 0.033, per: 'GB, each record counted as 5 KB', page: 'firehose', read: inVirginia(0.029) },
  sqs: { usd: 0.4, per: 'million requests', page: 'sqs', read: here('2026-09-11') },
  lambdaTime: { usd: 0.0000133334, per: 'GB second (Arm)', page: 'lambda', read: here('2026-09-11') },
  lambdaRequests: { usd: 0.2, per: 'million requests', page: 'lambda', read: here('2026-09-11') },
  kmsKey: { usd: 1, per: 'key and month', page: 'kms', read: inVirginia(1) },
  kmsRequests: { usd: 3, per: 'million requests', page: 'kms', read: inVirginia(3) },
  secret: { usd: 0.4, per: 'secret and month', page: 'secrets-manager', read: here('2026-09-23') },
  logs: { usd: 0.63, per: 'GB taken in', page: 'cloudwatch', read: here('2026-09-23') },
  metric: { usd: 0.3, per: 'metric and month', page: 'cloudwatch', free: 10, read: inVirginia(0.3) },
  alarmMetric: {
    usd: 0.1,
    per: 'metric of an alarm and month',
    page: 'cloudwatch',
    free: 10,
    read: here('2026-09-23'),
  },
  dashboard: { usd: 3, per: 'dashboard and month', page: 'cloudwatch', free: 3, read: here('2026-03-26') },
  canaryRun: { usd: 0.0016, per: 'run', page: 'cloudwatch', read: inVirginia(0.0012) },
  trace: { usd: 5, per: 'million traces', page: 'xray', free: 0.1, read: here('2022-12') },
  storage: { usd: 0.0245, per: 'GB month', page: 's3', read: here('2026-09-23') },
  firewallList: { usd: 5, per: 'access list and month', page: 'waf', read: here('2026-10') },
  firewallRule: { usd: 1, per: 'rule and month', page: 'waf', read: here('2026-10') },
  firewallRequests: { usd: 0.6, per: 'million requests', page: 'waf', read: here('2026-10') },
  backupStorage: { usd: 0.023, per: 'GB month', page: 'backup', read: notFound },
  hostedZone: { usd: 0.5, per: 'zone and month', page: 'route53', read: here('2026') },
} as const satisfies Readonly<Record<string, UnitPrice>>;

export type PriceName = keyof typeof unitPrices;
