import { Type } from '@sinclair/typebox';
import { type Currency, type Money, assert, money, parseCurrency } from '../../core/kernel';

/**
 * The most that one request moves, in minor units: eleven digits. One digit below the twelve of a card message
 * (ISO 8583, field 4), and small enough that the sum of ninety thousand such amounts is still an exact JSON number.
 */
export const maxAmountMinor = 99_999_999_999;

export const Amount = Type.Integer({
  minimum: 1,
  maximum: maxAmountMinor,
  description: 'Minor units of the currency (cents, yen, fils), as an integer. 19.99 EUR is 1999.',
  examples: [1999],
});

/** An amount in an answer: may be zero. */
export const AmountShown = Type.Integer({ minimum: 0, examples: [1999] });

export const CurrencyCode = Type.String({
  format: 'iso-4217',
  minLength: 3,
  maxLength: 3,
  'x-expected': 'a currency code of ISO 4217 that has a minor unit, for example EUR',
  description: 'ISO 4217 code. Upper or lower case in requests, upper case in answers.',
  examples: ['EUR'],
});

export const CurrencyShown = Type.String({ pattern: '^[A-Z]{3}$', examples: ['EUR'] });

/** Money from a request whose schema has let the currency and the amount through. */
export function moneyOf(amount: number, currency: string): Money {
  assert(Number.isSafeInteger(amount), 'the schema lets only exact integers through');
  return money(BigInt(amount), currencyOf(currency));
}

export function currencyOf(code: string): Currency {
  const currency = parseCurrency(code);
  assert(currency !== null, 'the schema lets only ISO 4217 codes through');
  return currency;
}

/** Minor units as a JSON number. What a charge holds never passes what one request may ask for. */
export function amountShown({ amountMinor }: Money): number {
  const amount = Number(amountMinor);
  assert(Number.isSafeInteger(amount), 'an amount shown is exact');
  return amount;
}
