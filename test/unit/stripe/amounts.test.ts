import fc from 'fast-check';
import { fromStripeAmount, toStripeAmount } from '../../../src/adapters/psp/stripe/amounts';
import { PspContradiction } from '../../../src/core/ports';
import { type Currency, currencies, currencyExponents, money } from '../../../src/core/kernel';

describe('amounts in Stripe’s notation', () => {
  test.each<readonly [Currency, bigint, number]>([
    ['EUR', 1099n, 1099],
    ['JPY', 500n, 500],
    ['KRW', 1n, 1],
    ['BHD', 5120n, 5120],
    // No minor unit in ISO 4217, two decimals at Stripe.
    ['ISK', 5n, 500],
    ['UGX', 5n, 500],
    // Two decimals in ISO 4217, none at Stripe.
    ['MGA', 500n, 5],
    // Whole units for payouts only.
    ['HUF', 1045n, 1045],
    ['TWD', 80_045n, 80_045],
    ['EUR', 99_999_999n, 99_999_999],
    ['IDR', 999_999_999_999n, 999_999_999_999],
  ])('%s %s is %s', (currency, ours, stripes) => {
    expect(toStripeAmount(money(ours, currency))).toEqual({
      kind: 'amount',
      amount: stripes,
      currency: currency.toLowerCase(),
    });
    expect(fromStripeAmount(stripes, currency.toLowerCase())).toEqual({ amountMinor: ours, currency });
  });

  test.each<readonly [Currency, bigint, string, string]>([
    ['KWD', 5124n, 'amount_unsupported', 'multiples of 0.010 KWD'],
    ['MGA', 501n, 'amount_unsupported', 'multiples of 1.00 MGA'],
    ['EUR', 100_000_000n, 'amount_too_large', 'at most 999999.99 EUR in one payment, not 1000000.00 EUR'],
    ['JPY', 100_000_000n, 'amount_too_large', 'at most 99999999 JPY'],
    ['ISK', 1_000_000n, 'amount_too_large', 'at most 999999 ISK'],
    ['MGA', 10_000_000_000n, 'amount_too_large', 'at most 99999999.00 MGA'],
    ['KWD', 100_000_000n, 'amount_too_large', 'at most 99999.990 KWD'],
    ['IDR', 1_000_000_000_000n, 'amount_too_large', 'at most 9999999999.99 IDR'],
    ['IRR', 100n, 'currency_unsupported', 'IRR'],
    ['STN', 100n, 'currency_unsupported', 'STN'],
    ['CLF', 100n, 'currency_unsupported', 'CLF'],
    ['LYD', 100n, 'currency_unsupported', 'LYD'],
  ])('%s %s is refused as %s', (currency, amountMinor, code, told) => {
    expect(toStripeAmount(money(amountMinor, currency))).toEqual({
      kind: 'unsupported',
      failure: { code, message: expect.stringContaining(told) as string },
    });
  });

  test('any amount in any currency comes back as it went, or is refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...currencies),
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        (currency, amountMinor) => {
          const there = toStripeAmount(money(amountMinor, currency));
          if (there.kind === 'unsupported') return;
          expect(fromStripeAmount(there.amount, there.currency)).toEqual({ amountMinor, currency });
        },
      ),
      { numRuns: 2_000 },
    );
  });

  /** @source https://docs.stripe.com/currencies (zero-decimal and three-decimal currencies) */
  const decimalsAtStripe = (currency: Currency): number => {
    if ('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.includes(currency)) return 0;
    return 'BHD JOD KWD OMR TND'.includes(currency) ? 3 : 2;
  };

  test('ten of every currency are ten of it at Stripe', () => {
    for (const currency of currencies) {
      const ten = toStripeAmount(money(10n ** BigInt(currencyExponents[currency] + 1), currency));
      if (ten.kind === 'unsupported') continue;
      expect([currency, ten.amount]).toEqual([currency, 10 ** (decimalsAtStripe(currency) + 1)]);
    }
  });

  test('round amounts are taken in every currency that Stripe takes at all', () => {
    const taken = currencies.filter(
      (currency) =>
        toStripeAmount(money(10n ** BigInt(currencyExponents[currency] + 2), currency)).kind === 'amount',
    );
    const refusedForItself = currencies.filter((currency) => {
      const outcome = toStripeAmount(money(10n ** BigInt(currencyExponents[currency] + 2), currency));
      return outcome.kind === 'unsupported' && outcome.failure.code === 'currency_unsupported';
    });
    expect(taken.length).toBeGreaterThan(130);
    expect([...taken, ...refusedForItself].sort()).toEqual([...currencies].sort());
  });

  test('a report that cannot be ours is a contradiction, not a rounding', () => {
    expect(() => fromStripeAmount(550, 'isk')).toThrow(PspContradiction);
    expect(() => fromStripeAmount(550, 'isk')).toThrow('a fraction of a minor unit');
    expect(fromStripeAmount(1, 'xyz')).toEqual({ amountMinor: 1n, currency: 'XYZ' });
  });
});
