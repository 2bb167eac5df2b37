import {
  type Currency,
  type Money,
  asciiLower,
  asciiUpper,
  assert,
  currencyExponents,
  format,
  isCurrency,
  money,
  parseCurrency,
} from '../../../core/kernel';
import { type AmountRefusal, PspContradiction } from '../../../core/ports';

/** How Stripe writes an amount: the decimals it counts in, and what the number must be a multiple of. */
interface Notation {
  readonly decimals: 0 | 2 | 3;
  readonly multipleOf: 1 | 10;
}

const twoDecimals: Notation = { decimals: 2, multipleOf: 1 };
const noDecimals: Notation = { decimals: 0, multipleOf: 1 };
/** The last of the three digits must be 0, because not every card network carries it. */
const threeDecimals: Notation = { decimals: 3, multipleOf: 10 };

/**
 * The currencies in which Stripe takes card payments. Stripe's decimals are its own: MGA has none where
 * ISO 4217 has two, ISK and UGX have two, both of them 0, where ISO 4217 has none. HUF and TWD are whole for payouts only.
 * STN is missing because Stripe still counts in STD, a thousandth of it.
 *
 * @source https://docs.stripe.com/currencies (presentment currencies, zero-decimal, three-decimal, special cases)
 */
const notations: Readonly<Partial<Record<Currency, Notation>>> = {
  ...each(
    twoDecimals,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE',
    'CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD KES KGS KHR KYD',
    'KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK',
    'PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH UGX USD UYU',
    'UZS WST XCD XCG YER ZAR ZMW',
  ),
  ...each(noDecimals, 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'),
  ...each(threeDecimals, 'BHD JOD KWD OMR TND'),
};

/** Amounts have at most eight digits, and twelve in rupiah. @source https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const maximumAmountOf = (currency: Currency): bigint => (currency === 'IDR' ? 999_999_999_999n : 99_999_999n);

export type StripeAmount =
  | { readonly kind: 'amount'; readonly amount: number; readonly currency: string }
  | { readonly kind: 'unsupported'; readonly failure: AmountRefusal };

/** The amount in Stripe's notation, or why Stripe cannot take it. Nothing is ever rounded. */
export function toStripeAmount(value: Money): StripeAmount {
  const notation = notations[value.currency];
  if (notation === undefined)
    return unsupported('currency_unsupported', `Stripe takes no payments in ${value.currency}.`);
  const shift = notation.decimals - currencyExponents[value.currency];
  const divisor = shift < 0 ? 10n ** BigInt(-shift) : 1n;
  const amount = shift < 0 ? value.amountMinor / divisor : value.amountMinor * 10n ** BigInt(shift);
  if (value.amountMinor % divisor !== 0n || amount % BigInt(notation.multipleOf) !== 0n)
    return unsupported(
      'amount_unsupported',
      `Stripe cannot take ${format(value)}: in ${value.currency} it takes multiples of ${format(smallestStep(value.currency, notation))}.`,
    );
  if (amount > maximumAmountOf(value.currency))
    return unsupported(
      'amount_too_large',
      `Stripe takes at most ${format(largest(value.currency, notation))} in one payment, not ${format(value)}.`,
    );
  return { kind: 'amount', amount: Number(amount), currency: asciiLower(value.currency) };
}

/** An amount that Stripe reports. */
export interface ReportedAmount {
  readonly amountMinor: bigint;
  /** Upper case; not necessarily one that FinCore knows. */
  readonly currency: string;
}

/**
 * An amount that Stripe reports, in the currency's ISO 4217 minor units; in a currency in which Stripe takes no payments
 * of ours, the number as it stands. @throws PspContradiction for a fraction of a minor unit
 */
export function fromStripeAmount(amount: number, stripeCurrency: string): ReportedAmount {
  const currency = parseCurrency(stripeCurrency);
  const notation = currency === null ? undefined : notations[currency];
  if (currency === null || notation === undefined)
    return { amountMinor: BigInt(amount), currency: asciiUpper(stripeCurrency) };
  const shift = notation.decimals - currencyExponents[currency];
  if (shift <= 0) return { amountMinor: BigInt(amount) * 10n ** BigInt(-shift), currency };
  const divisor = 10n ** BigInt(shift);
  if (BigInt(amount) % divisor !== 0n)
    throw new PspContradiction(`Stripe reports ${amount} ${currency}, a fraction of a minor unit`);
  return { amountMinor: BigInt(amount) / divisor, currency };
}

/** Why Stripe cannot take a payment of this amount; null when it can. */
export function amountRefusal(value: Money): AmountRefusal | null {
  const amount = toStripeAmount(value);
  return amount.kind === 'unsupported' ? amount.failure : null;
}

function largest(currency: Currency, { decimals, multipleOf }: Notation): Money {
  const maximum = maximumAmountOf(currency);
  const amount = maximum - (maximum % BigInt(multipleOf));
  const shift = decimals - currencyExponents[currency];
  return money(shift < 0 ? amount * 10n ** BigInt(-shift) : amount / 10n ** BigInt(shift), currency);
}

function smallestStep(currency: Currency, notation: Notation): Money {
  const shift = notation.decimals - currencyExponents[currency];
  const step = BigInt(notation.multipleOf);
  return money(shift < 0 ? step * 10n ** BigInt(-shift) : step / 10n ** BigInt(shift), currency);
}

const unsupported = (code: AmountRefusal['code'], message: string): StripeAmount => ({
  kind: 'unsupported',
  failure: { code, message },
});

function each(notation: Notation, ...codes: readonly string[]): Partial<Record<Currency, Notation>> {
  const rows: Partial<Record<Currency, Notation>> = {};
  for (const code of codes.join(' ').split(' ')) {
    assert(isCurrency(code), `${code} is not in the table of currencies`);
    rows[code] = notation;
  }
  return rows;
}
