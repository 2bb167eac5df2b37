import { createHmac, randomBytes } from 'node:crypto';
import { passesLuhn, brandOfNumber } from './card-number';
import type { CardBrand, Funding, TestCard } from './test-card';
import { cardOfNumber, cardOfRow } from './test-cards';
import { ApiError, invalidRequest } from '../wire/api-error';
import type { Parameters } from '../wire/parameters';

/** What is kept of a card: never its number. */
export interface CardState {
  /** The row of the test card table, or `unlisted`. */
  readonly row: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly fingerprint: string;
  /** Whether a security code came with it: without one there is no check that could fail. */
  readonly cvc: boolean;
}

export interface CardFacts {
  readonly brand: CardBrand;
  readonly funding: Funding;
  readonly country: string;
}

/** Keyed, so that a fingerprint cannot be searched for its number; new at each start, which only a card typed twice would show. */
const fingerprintKey = randomBytes(32);
const listedKey = 'a test card is public';

const fingerprintOf = (number: string, key: string | Buffer): string =>
  createHmac('sha256', key).update(number).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 16);

const listed = new Map<string, CardState>();

/** The card behind a documented `pm_card_…` or `tok_…` name. */
export function cardStateOf(card: TestCard): CardState {
  const known = listed.get(card.row);
  if (known !== undefined) return known;
  const made: CardState = {
    row: card.row,
    last4: card.number.slice(-4),
    exp_month: 12,
    exp_year: 2034,
    fingerprint: fingerprintOf(card.number, listedKey),
    cvc: true,
  };
  // One entry per row of the table, so the map is bounded by it.
  listed.set(card.row, made);
  return made;
}

/** The table's row; a card outside the table is declined when charged, as Stripe does in test mode. */
export function behaviorOf(card: CardState): TestCard | undefined {
  return cardOfRow(card.row);
}

export function factsOf(card: CardState): CardFacts {
  const known = cardOfRow(card.row);
  if (known !== undefined) return known;
  const brand = brandNames.find((name) => card.row === `unlisted_${name}`) ?? 'unknown';
  return { brand, funding: 'unknown', country: 'US' };
}

const brandNames: readonly CardBrand[] = [
  'amex',
  'diners',
  'discover',
  'jcb',
  'mastercard',
  'unionpay',
  'visa',
];

const cardError = (message: string, code: string, param: string): ApiError =>
  new ApiError(402, 'card_error', message, { code, param });

/**
 * Reads `card[number]`, `card[exp_month]`, `card[exp_year]` and `card[cvc]`.
 * @throws ApiError 402 for an impossible number, date or security code.
 */
export function cardOfParameters(card: Parameters, now: Date): CardState {
  const number = card.requiredText('number').replaceAll(/[\s-]/g, '');
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number)) {
    throw cardError('Your card number is incorrect.', 'incorrect_number', 'number');
  }
  const month = expiry(card, 'exp_month');
  const year = fullYear(expiry(card, 'exp_year'));
  if (month < 1 || month > 12) {
    throw cardError("Your card's expiration month is invalid.", 'invalid_expiry_month', 'exp_month');
  }
  const thisYear = now.getUTCFullYear();
  const isPast = year < thisYear || (year === thisYear && month < now.getUTCMonth() + 1);
  if (isPast || year > thisYear + 50) {
    throw cardError("Your card's expiration year is invalid.", 'invalid_expiry_year', 'exp_year');
  }
  const cvc = card.text('cvc') ?? '';
  const known = cardOfNumber(number);
  const brand = known?.brand ?? brandOfNumber(number);
  if (cvc !== '' && !(brand === 'amex' ? /^\d{3,4}$/ : /^\d{3}$/).test(cvc)) {
    throw cardError("Your card's security code is invalid.", 'invalid_cvc', 'cvc');
  }
  return {
    row: known?.row ?? `unlisted_${brand}`,
    last4: number.slice(-4),
    exp_month: month,
    exp_year: year,
    fingerprint: fingerprintOf(number, known === undefined ? fingerprintKey : listedKey),
    cvc: cvc !== '',
  };
}

function expiry(card: Parameters, name: 'exp_month' | 'exp_year'): number {
  const text = card.requiredText(name);
  if (!/^\d{1,4}$/.test(text)) {
    throw invalidRequest(`Invalid integer: ${text}`, {
      code: 'parameter_invalid_integer',
      param: `card[${name}]`,
    });
  }
  return Number(text);
}

const fullYear = (year: number): number => (year < 100 ? 2_000 + year : year);
