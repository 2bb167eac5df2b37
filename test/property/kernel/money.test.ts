import * as fc from 'fast-check';
import {
  InvariantViolation,
  type Currency,
  type Money,
  add,
  currencies,
  currencyExponents,
  equals,
  format,
  fromMoneyData,
  isCurrency,
  isGreater,
  isZero,
  money,
  subtract,
  sum,
  toMoneyData,
  zero,
} from '../../../src/core/kernel';

const currency = fc.constantFrom(...currencies);
const minor = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const amount = fc.tuple(minor, currency).map(([value, code]) => money(value, code));
const sameCurrency = (count: number) =>
  fc
    .tuple(fc.array(minor, { minLength: count, maxLength: count }), currency)
    .map(([values, code]) => values.map((value) => money(value, code)));
const twoCurrencies = fc.uniqueArray(currency, { minLength: 2, maxLength: 2 });

/** Reads back what `format` wrote, by the rules of a person who reads it: digits, a point, a code. */
function parsed(text: string): Money {
  const [digits = '', code = ''] = text.split(' ');
  const [, fraction = ''] = digits.split('.');
  expect(fraction).toHaveLength(currencyExponents[code as Currency]);
  return money(BigInt(digits.replace('.', '')), code as Currency);
}

test('adding and subtracting are those of whole numbers, and undo each other', () => {
  fc.assert(
    fc.property(sameCurrency(3), ([a, b, c]) => {
      if (a === undefined || b === undefined || c === undefined) throw new Error('three amounts');
      expect(add(a, b)).toEqual(money(a.amountMinor + b.amountMinor, a.currency));
      expect(add(a, b)).toEqual(add(b, a));
      expect(add(add(a, b), c)).toEqual(add(a, add(b, c)));
      expect(subtract(add(a, b), b)).toEqual(a);
      expect(add(a, zero(a.currency))).toEqual(a);
      expect(sum(a.currency, [a, b, c])).toEqual(sum(a.currency, [c, a, b]));
      expect(isGreater(a, b)).toBe(!isGreater(b, a) && !equals(a, b));
      expect(isZero(subtract(a, a))).toBe(true);
    }),
  );
});

test('two currencies never mix, whatever is done with them', () => {
  fc.assert(
    fc.property(minor, minor, twoCurrencies, (one, other, [left, right]) => {
      if (left === undefined || right === undefined) throw new Error('two currencies');
      const [a, b] = [money(one, left), money(other, right)];
      for (const mix of [add, subtract, isGreater]) expect(() => mix(a, b)).toThrow(InvariantViolation);
      expect(() => sum(left, [a, b])).toThrow(InvariantViolation);
      expect(equals(a, b)).toBe(false);
    }),
  );
});

test('a formatted amount reads back as the same amount, with as many decimals as the currency has', () => {
  fc.assert(fc.property(amount, (value) => expect(parsed(format(value))).toEqual(value)));
});

test('an amount survives the journal, beyond what a JSON number could hold', () => {
  fc.assert(
    fc.property(amount, (value) => {
      const stored = JSON.parse(JSON.stringify(toMoneyData(value))) as ReturnType<typeof toMoneyData>;
      expect(fromMoneyData(stored)).toEqual(value);
    }),
  );
});

test('a text is a currency exactly when the table has it; no name of an object’s own passes', () => {
  const text = fc.oneof(
    currency,
    fc.string(),
    fc.constantFrom('constructor', '__proto__', 'toString', 'eur'),
  );
  fc.assert(
    fc.property(text, (code) => {
      expect(isCurrency(code)).toBe(currencies.some((known) => known === code));
      if (!isCurrency(code))
        expect(() => fromMoneyData({ amountMinor: '1', currency: code })).toThrow(InvariantViolation);
    }),
  );
});
