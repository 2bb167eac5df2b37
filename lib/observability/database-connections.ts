import type { StageConfiguration } from '../config/stage-configuration';

type Capacity = StageConfiguration['database']['capacity'];

const bytesPerGiB = 1_073_741_824;
/** Aurora PostgreSQL allows LEAST(memory / this, the most). @source the AWS documentation of Aurora, "Maximum connections" */
const bytesPerConnection = 9_531_392;
const most = 5_000;
/** A serverless cluster has about this much memory per unit, and with the smallest minimum no more than this many connections. */
const gibibytesPerAcu = 2;
const mostWithSmallestMinimum = 2_000;

/** GiB of a size; r instances have 8 GiB per vCPU, t4g fewer. */
const memoryGiB: Readonly<Record<string, number>> = {
  't4g.medium': 4,
  't4g.large': 8,
  large: 16,
  xlarge: 32,
  '2xlarge': 64,
  '4xlarge': 128,
  '8xlarge': 256,
  '12xlarge': 384,
  '16xlarge': 512,
  '24xlarge': 768,
};

/** How many connections a cluster of this capacity takes. @throws for an instance size without a row in the table */
export function maximumConnections(capacity: Capacity): number {
  if (capacity.kind === 'serverless') {
    const allowed = connectionsOf(capacity.maximumAcu * gibibytesPerAcu);
    return capacity.minimumAcu <= 0.5 ? Math.min(mostWithSmallestMinimum, allowed) : allowed;
  }
  const { instanceType } = capacity;
  const size = instanceType.split('.')[1] ?? '';
  const memory = memoryGiB[instanceType] ?? memoryGiB[size];
  if (memory === undefined)
    throw new Error(
      `the memory of ${instanceType} is not in lib/observability/database-connections.ts; add it there`,
    );
  return connectionsOf(memory);
}

const connectionsOf = (gibibytes: number): number =>
  Math.min(most, Math.floor((gibibytes * bytesPerGiB) / bytesPerConnection));
