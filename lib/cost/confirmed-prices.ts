import { type CostLine, totalOf } from './cost-line';
import { type Reading, type UnitPrice, unitPrices } from './unit-prices';

const readings: readonly Reading[] = Object.values(unitPrices).map(({ read }) => read);

/** For example `24 of 42 prices were confirmed, as of 2026-03-26 to 2026-10`. What is dated by its year alone lies between. */
export function confirmedPrices(): string {
  const days = readings.flatMap((read) => (read.kind === 'confirmed' ? [read.on] : []));
  const months = days.filter((day) => day.includes('-')).sort();
  return `${String(days.length)} of ${String(readings.length)} prices were confirmed, as of ${months[0] ?? ''} to ${months.at(-1) ?? ''}`;
}

/** Of these positions, the share in USD that rests on confirmed prices: from 0 to 1. */
export function confirmedShare(lines: readonly CostLine[]): number {
  return totalOf(lines.filter(isConfirmed)) / totalOf(lines);
}

function isConfirmed({ price }: CostLine): boolean {
  const { read }: UnitPrice = unitPrices[price];
  return read.kind === 'confirmed';
}
