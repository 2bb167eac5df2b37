import { invalidRequest } from '../wire/api-error';

/** Stripe's presentment currencies. @source docs.stripe.com/currencies */
const supported = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf ' +
    'clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils ' +
    'inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk ' +
    'mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp ' +
    'sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw'
  ).split(' '),
);
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '));
/** Sent with two decimals for compatibility, but only whole units can be charged. */
const wholeUnitsOnly = new Set(['isk', 'ugx']);

/** Smallest charge in minor units where it differs from fifty. @source docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const minimumMinor: Readonly<Record<string, number>> = {
  aed: 200,
  bgn: 100,
  czk: 1_500,
  dkk: 250,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  jpy: 50,
  mxn: 1_000,
  myr: 200,
  nok: 300,
  pln: 200,
  ron: 200,
  sek: 300,
  thb: 1_000,
};
/** Amounts have at most eight digits, and twelve in rupiah. @source docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const maximumMinorOf = (currency: string): number => (currency === 'idr' ? 999_999_999_999 : 99_999_999);

export const decimalsOf = (currency: string): number =>
  zeroDecimal.has(currency) ? 0 : threeDecimal.has(currency) ? 3 : 2;

/** @throws ApiError when Stripe does not support the currency. */
export function currencyOf(code: string): string {
  // Letters outside ASCII must not become a code by a change of case, as the Kelvin sign becomes a k.
  const currency = /^[a-z]+$/i.test(code) ? code.toLowerCase() : code;
  if (supported.has(currency)) return currency;
  throw invalidRequest(
    `Invalid currency: ${code}. Stripe currently supports these currencies: ${[...supported].join(', ')}`,
    { param: 'currency' },
  );
}

/** @throws ApiError when the amount cannot be charged in the currency. */
export function checkAmount(amountMinor: number, currency: string, param = 'amount'): void {
  if (amountMinor < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param,
    });
  }
  const minimum = minimumMinor[currency] ?? (decimalsOf(currency) === 0 ? 1 : 50);
  if (amountMinor < minimum) {
    throw invalidRequest(`Amount must be at least ${display(minimum, currency)} ${currency}`, {
      code: 'amount_too_small',
      param,
    });
  }
  const maximumMinor = maximumMinorOf(currency);
  if (amountMinor > maximumMinor) {
    throw invalidRequest(`Amount must be no more than ${display(maximumMinor, currency)} ${currency}`, {
      code: 'amount_too_large',
      param,
    });
  }
  const step = threeDecimal.has(currency) ? 10 : wholeUnitsOnly.has(currency) ? 100 : 1;
  if (amountMinor % step !== 0) {
    throw invalidRequest(`Invalid amount: in ${currency}, amounts must be a multiple of ${step}.`, { param });
  }
}

/** An amount as Stripe's messages write it. */
export function display(amountMinor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  const text = (amountMinor / 10 ** decimals).toFixed(decimals);
  return currency === 'usd'
    ? `$${text}`
    : currency === 'eur'
      ? `€${text}`
      : currency === 'gbp'
        ? `£${text}`
        : text;
}
