import { type PriceName, type UnitPrice, unitPrices } from './unit-prices';

/** One position of an estimate: so much of something, by the month. */
export interface CostLine {
  readonly item: string;
  readonly price: PriceName;
  /** In the unit of the price. */
  readonly quantity: number;
}

export const hoursPerMonth = 730;

/** From Monday to Friday, of the 4.35 weeks that a month has. */
const workingDaysPerMonth = (5 * hoursPerMonth) / (24 * 7);

export const workingHoursPerMonth = (startHour: number, stopHour: number): number =>
  workingDaysPerMonth * (stopHour - startHour);

export function usdOf({ price, quantity }: CostLine): number {
  const { usd, free = 0 }: UnitPrice = unitPrices[price];
  return usd * Math.max(0, quantity - free);
}

export const totalOf = (lines: readonly CostLine[]): number =>
  lines.reduce((sum, line) => sum + usdOf(line), 0);
