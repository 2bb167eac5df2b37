/** What one unit costs, where that is published, and when it was read there. */
export interface UnitPrice {
  readonly usd: number;
  /** For example `hour` or `million requests`. */
  readonly per: string;
  readonly page: PricePage;
  /** What each account has free in every month, without an end. @default nothing */
  readonly free?: number;
}

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
  | 's3'
  | 'waf'
  | 'backup'
  | 'route53';

export const addressOf = (page: PricePage): string => `https://aws.amazon.com/${page}/pricing/`;

/** The state of the published prices that this table shows. Compare it with the pages that it names before a budget rests on it. */
export const pricesAsOf = '2025-12-01';
/** Where these prices hold. Other regions differ by up to a fifth. */
export const pricesRegion = 'eu-central-1';

/** List prices in USD without tax, discounts and savings plans. A stage is an account, so it has the free part for itself. */
export const unitPrices = {
  fargateVcpu: { usd: 0.03725, per: 'vCPU hour (Arm)', page: 'fargate' },
  fargateMemory: { usd: 0.00409, per: 'GB hour (Arm)', page: 'fargate' },
  fargateSpotVcpu: { usd: 0.01118, per: 'vCPU hour (Arm, Spot)', page: 'fargate' },
  fargateSpotMemory: { usd: 0.00123, per: 'GB hour (Arm, Spot)', page: 'fargate' },
  auroraAcu: { usd: 0.14, per: 'ACU hour', page: 'rds/aurora' },
  auroraVcpu: { usd: 0.166, per: 'vCPU hour (r8g)', page: 'rds/aurora' },
  auroraStorage: { usd: 0.119, per: 'GB month', page: 'rds/aurora' },
  auroraRequests: { usd: 0.22, per: 'million I/O requests', page: 'rds/aurora' },
  proxyVcpu: { usd: 0.018, per: 'vCPU hour', page: 'rds/proxy' },
  proxyAcu: { usd: 0.018, per: 'ACU hour, 8 at least', page: 'rds/proxy' },
  natGateway: { usd: 0.052, per: 'hour', page: 'vpc' },
  natTraffic: { usd: 0.052, per: 'GB', page: 'vpc' },
  publicAddress: { usd: 0.005, per: 'hour', page: 'vpc' },
  natInstanceNano: { usd: 0.0048, per: 'hour (t4g.nano)', page: 'ec2' },
  trafficOut: { usd: 0.09, per: 'GB to the internet', page: 'ec2' },
  loadBalancer: { usd: 0.027, per: 'hour', page: 'elasticloadbalancing' },
  loadBalancerCapacity: { usd: 0.008, per: 'capacity unit hour', page: 'elasticloadbalancing' },
  interfaceEndpoint: { usd: 0.012, per: 'hour and zone', page: 'privatelink' },
  cacheMemory: { usd: 0.0294, per: 'GiB hour (Valkey, t4g)', page: 'elasticache' },
  kinesisShard: { usd: 0.018, per: 'shard hour', page: 'kinesis/data-streams' },
  kinesisRetention: { usd: 0.024, per: 'shard hour beyond a day', page: 'kinesis/data-streams' },
  kinesisOnDemand: { usd: 0.048, per: 'stream hour', page: 'kinesis/data-streams' },
  kinesisPuts: { usd: 0.0175, per: 'million units of 25 KB', page: 'kinesis/data-streams' },
  kinesisOnDemandIn: { usd: 0.096, per: 'GB written on demand', page: 'kinesis/data-streams' },
  firehose: { usd: 0.033, per: 'GB, each record counted as 5 KB', page: 'firehose' },
  sqs: { usd: 0.4, per: 'million requests', page: 'sqs' },
  lambdaTime: { usd: 0.0000133334, per: 'GB second (Arm)', page: 'lambda' },
  lambdaRequests: { usd: 0.2, per: 'million requests', page: 'lambda' },
  kmsKey: { usd: 1, per: 'key and month', page: 'kms' },
  kmsRequests: { usd: 3, per: 'million requests', page: 'kms' },
  secret: { usd: 0.4, per: 'secret and month', page: 'secrets-manager' },
  logs: { usd: 0.63, per: 'GB taken in', page: 'cloudwatch' },
  metric: { usd: 0.3, per: 'metric and month', page: 'cloudwatch', free: 10 },
  alarmMetric: { usd: 0.1, per: 'metric of an alarm and month', page: 'cloudwatch', free: 10 },
  dashboard: { usd: 3, per: 'dashboard and month', page: 'cloudwatch', free: 3 },
  canaryRun: { usd: 0.0016, per: 'run', page: 'cloudwatch' },
  storage: { usd: 0.0245, per: 'GB month', page: 's3' },
  firewallList: { usd: 5, per: 'access list and month', page: 'waf' },
  firewallRule: { usd: 1, per: 'rule and month', page: 'waf' },
  firewallRequests: { usd: 0.6, per: 'million requests', page: 'waf' },
  backupStorage: { usd: 0.023, per: 'GB month', page: 'backup' },
  hostedZone: { usd: 0.5, per: 'zone and month', page: 'route53' },
} as const satisfies Readonly<Record<string, UnitPrice>>;

export type PriceName = keyof typeof unitPrices;
