import { money } from '../../../src/core/kernel';
import { assertBalanced } from '../../../src/core/ports';

describe('balance', () => {
  const posting = (side: 'debit' | 'credit', amountMinor: bigint, currency: 'EUR' | 'USD') => ({
    code: 'merchant_payable' as const,
    side,
    amount: money(amountMinor, currency),
  });

  it('is per currency: equal numbers of two currencies do not balance', () => {
    expect(() => assertBalanced([posting('debit', 5n, 'EUR'), posting('credit', 5n, 'USD')])).toThrow(
      'debits less credits are 5 EUR, not zero',
    );
    expect(() => assertBalanced([posting('debit', 5n, 'EUR'), posting('credit', 4n, 'EUR')])).toThrow(
      '1 EUR',
    );
    expect(() =>
      assertBalanced([
        posting('debit', 5n, 'EUR'),
        posting('credit', 7n, 'USD'),
        posting('credit', 5n, 'EUR'),
        posting('debit', 7n, 'USD'),
      ]),
    ).not.toThrow();
  });

  it('is of postings, each of which moves an amount that 64 bits can hold', () => {
    expect(() => assertBalanced([])).toThrow('a movement has postings');
    for (const amountMinor of [0n, -5n, 2n ** 63n])
      expect(() =>
        assertBalanced([posting('debit', amountMinor, 'EUR'), posting('credit', amountMinor, 'EUR')]),
      ).toThrow(String(amountMinor));
  });
});
