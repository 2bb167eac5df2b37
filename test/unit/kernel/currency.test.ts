import { type Currency, currencies, currencyExponents } from '../../../src/core/kernel';

/** @source ISO 4217, list one: the currencies whose minor unit is not a hundredth */
const exceptions: Readonly<Record<number, readonly string[]>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  3: 'BHD IQD JOD KWD LYD OMR TND'.split(' '),
  4: 'CLF UYW'.split(' '),
};

test('every currency has two decimals, but for those that ISO 4217 lists otherwise', () => {
  const others = new Map<string, number>();
  for (const [exponent, codes] of Object.entries(exceptions))
    for (const code of codes) others.set(code, Number(exponent));
  for (const currency of currencies)
    expect([currency, currencyExponents[currency]]).toEqual([currency, others.get(currency) ?? 2]);
  for (const code of others.keys()) expect(currencies).toContain(code);
});

/** The runtime's own table is by CLDR, which leaves out a minor unit that nobody uses in cash; never does it add one. */
test('no exponent disagrees with the runtime, but where cash has no minor unit', () => {
  const decimalsOf = (currency: Currency) =>
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  for (const currency of currencies) expect([0, currencyExponents[currency]]).toContain(decimalsOf(currency));
});
