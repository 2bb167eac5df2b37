import type { StageConfiguration } from '../config/stage-configuration';
import { type CostLine, totalOf } from './cost-line';
import { idleLines } from './idle-lines';
import { trafficLines } from './traffic-lines';

/** What a stage costs in a month, position by position. */
export interface CostEstimate {
  readonly idle: readonly CostLine[];
  readonly traffic: readonly CostLine[];
  readonly idleUsd: number;
  readonly trafficUsd: number;
  readonly totalUsd: number;
}

/**
 * From the configuration alone. Tasks and database capacity beyond the minimum are not in it: they follow the peak,
 * which a number of payments a month does not tell.
 */
export function estimateCost(stage: StageConfiguration, paymentsPerMonth: number): CostEstimate {
  const idle = idleLines(stage);
  const traffic = trafficLines(stage, paymentsPerMonth);
  const [idleUsd, trafficUsd] = [totalOf(idle), totalOf(traffic)];
  return { idle, traffic, idleUsd, trafficUsd, totalUsd: idleUsd + trafficUsd };
}
