import { assert } from './assert';
import { type Currency, currencyExponents, isCurrency } from './currency';

/** An amount in the currency's minor unit (cents, yen, fils). Never a `number`, never mixed. */
export interface Money {
  readonly amountMinor: bigint;
  readonly currency: Currency;
}

export const money = (amountMinor: bigint, currency: Currency): Money => ({ amountMinor, currency });

export const zero = (currency: Currency): Money => money(0n, currency);

export function add(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return money(left.amountMinor + right.amountMinor, left.currency);
}

export function subtract(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return money(left.amountMinor - right.amountMinor, left.currency);
}

export const sum = (currency: Currency, amounts: Iterable<Money>): Money => {
  let total = zero(currency);
  for (const amount of amounts) total = add(total, amount);
  return total;
};

export function isGreater(left: Money, right: Money): boolean {
  assertSameCurrency(left, right);
  return left.amountMinor > right.amountMinor;
}

export const isZero = (amount: Money): boolean => amount.amountMinor === 0n;

export const equals = (left: Money, right: Money): boolean =>
  left.currency === right.currency && left.amountMinor === right.amountMinor;

/** Minor units with the code, as refusals quote it: `19.99 EUR`, `1200 JPY`. */
export function format(amount: Money): string {
  const exponent = currencyExponents[amount.currency];
  const digits = (amount.amountMinor < 0n ? -amount.amountMinor : amount.amountMinor)
    .toString()
    .padStart(exponent + 1, '0');
  const sign = amount.amountMinor < 0n ? '-' : '';
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = exponent === 0 ? '' : `.${digits.slice(-exponent)}`;
  return `${sign}${whole}${fraction} ${amount.currency}`;
}

/** Money in an event or a job: a decimal string, because JSON numbers lose integers beyond 2^53. */
export interface MoneyData {
  readonly amountMinor: string;
  readonly currency: string;
}

export const toMoneyData = (amount: Money): MoneyData => ({
  amountMinor: amount.amountMinor.toString(),
  currency: amount.currency,
});

export function fromMoneyData(data: MoneyData): Money {
  assert(isCurrency(data.currency), `a stored amount names the unknown currency ${data.currency}`);
  return money(BigInt(data.amountMinor), data.currency);
}

function assertSameCurrency(left: Money, right: Money): void {
  assert(left.currency === right.currency, `${left.currency} and ${right.currency} never mix`);
}
