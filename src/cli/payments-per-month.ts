import { InvalidArgumentError } from 'commander';

/** More than all card payments of the world. */
const most = 1_000_000_000_000;

export function paymentsPerMonth(text: string): number {
  const value = Number(text);
  if (!/^\d{1,13}$/.test(text) || value > most)
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${String(most)}.`);
  return value;
}
