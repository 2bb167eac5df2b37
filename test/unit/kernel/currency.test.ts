import { type Currency, currencies, currencyExponents, parseCurrency } from '../../../src/core/kernel';

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

test('a code is a currency in either case of ASCII, and in no letters that Unicode maps to them', () => {
  for (const currency of currencies)
    for (const code of [
      currency,
      currency.toLowerCase(),
      `${currency.slice(0, 1)}${currency.slice(1).toLowerCase()}`,
    ])
      expect(parseCurrency(code)).toBe(currency);
  const strangers = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter(
    (letter) =>
      /[^A-Za-z]/.test(letter) && /[A-Z]/.test(letter.toUpperCase() + letter.normalize('NFKC').toUpperCase()),
  );
  expect(strangers).toEqual(expect.arrayContaining(['ſ', 'ı', 'ß', 'Ｕ', 'ﬀ']));
  for (const currency of currencies)
    for (const stranger of strangers)
      for (const place of [0, 1, 2])
        if (stranger.toUpperCase().includes(currency.charAt(place)))
          expect(
            parseCurrency(`${currency.slice(0, place)}${stranger}${currency.slice(place + 1)}`),
          ).toBeNull();
  for (const code of ['uſd', 'ıdr', 'ßp', '\u212aes', 'ＵＳＤ', 'toString', ''])
    expect(parseCurrency(code)).toBeNull();
});
