import type { StageConfiguration } from '../config/stage-configuration';
import { type CostLine, usdOf } from './cost-line';
import { confirmedPrices } from './confirmed-prices';
import { estimateCost } from './estimate';
import { pricesRegion, unitPrices } from './unit-prices';

/** What `npx fincore cost` prints: every position with its quantity and its price, and the sums. */
export function costReport(stage: StageConfiguration, paymentsPerMonth: number): readonly string[] {
  const { idle, traffic, idleUsd, trafficUsd, totalUsd } = estimateCost(stage, paymentsPerMonth);
  const rows = [...idle, ...traffic];
  const width = Math.max(...rows.map(({ item }) => item.length));
  const row = (line: CostLine): string => {
    const { usd, per } = unitPrices[line.price];
    return `${line.item.padEnd(width)}  ${usdInWords(usdOf(line)).padStart(10)}  ${quantityInWords(line.quantity)} × ${String(usd)} USD per ${per}`;
  };
  const sum = (name: string, usd: number): string => `${name.padEnd(width)}  ${usdInWords(usd).padStart(10)}`;
  return [
    `${stage.stage}, ${paymentsPerMonth.toLocaleString('en-US')} payments a month, USD a month`,
    '',
    ...idle.map(row),
    sum('Idle', idleUsd),
    '',
    ...(traffic.length === 0 ? [] : [...traffic.map(row), sum('Payments', trafficUsd), '']),
    sum('In all', totalUsd),
    '',
    `List prices of ${pricesRegion}, without tax, discounts and free tiers other than those that do not end.`,
    `${confirmedPrices()}; docs/cost.md says which.`,
  ];
}

export const usdInWords = (usd: number): string =>
  usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const quantityInWords = (quantity: number): string =>
  quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 10 ? 2 : 0 });
