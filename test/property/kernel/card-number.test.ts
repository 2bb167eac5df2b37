import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { holdsCardNumber, toTimestamp, withoutCardNumbers } from '../../../src/core/kernel';

/** A body with its Luhn digit, made the other way round than the search checks it. */
function withCheckDigit(body: string): string {
  for (let digit = 0; digit < 10; digit += 1) {
    const digits = Array.from(`${body}${String(digit)}`, Number).reverse();
    const sum = digits.reduce((total, value, at) => {
      const weighted = at % 2 === 1 ? value * 2 : value;
      return total + Math.floor(weighted / 10) + (weighted % 10);
    }, 0);
    if (sum % 10 === 0) return `${body}${String(digit)}`;
  }
  throw new Error('unreachable');
}

const digitsOfLength = (length: number) =>
  fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((digits) => digits.join(''));

/** A prefix and the lengths that its network issues. */
const networks = [
  ['4', [13, 16, 19]],
  ['51', [16]],
  ['55', [16]],
  ['2221', [16]],
  ['2720', [16]],
  ['34', [15]],
  ['37', [15]],
  ['36', [14, 16, 19]],
  ['3528', [16, 19]],
  ['62', [16, 17, 18, 19]],
  ['6011', [16, 19]],
  ['50', [13, 16, 19]],
  ['67', [13, 15, 18]],
] as const;

const cardNumber = fc
  .constantFrom(...networks)
  .chain(([prefix, lengths]) =>
    fc
      .constantFrom(...lengths)
      .chain((length) => digitsOfLength(length - prefix.length - 1).map((rest) => `${prefix}${rest}`)),
  )
  .map(withCheckDigit);

const separator = fc.constantFrom(
  ...['', ' ', '  ', '-', '.', '_', '/', ',', '\t', '\n', '\r\n', ' - ', ': ', '\u200b', '\u00a0', '\u00ad'],
);
const zero = fc.constantFrom(0x30, 0xff10, 0x0660, 0x06f0, 0x0966, 0x0e50, 0x1d7ce, 0x116da);

test('a card number is found in any script, with one separator throughout, within any words', () => {
  const words = fc.constantFrom('', 'card ', 'Order no. ', 'x', '"', 'Ж', '(');
  fc.assert(
    fc.property(
      cardNumber,
      separator,
      fc.constantFrom(1, 4, 5, 6, 8),
      zero,
      words,
      (card, gap, size, from, around) => {
        const groups = card.match(new RegExp(`.{1,${String(size)}}`, 'g')) ?? [];
        const written = groups
          .join(gap)
          .replace(/\d/g, (digit) => String.fromCodePoint(from + Number(digit)));
        const text = `${around}${written}${around}`;
        expect(holdsCardNumber(text)).toBe(true);
        expect(withoutCardNumbers(text)).toBe(`${around}[card number removed]${around}`);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a card number in groups of four is found whatever separators it mixes', () => {
  const gap = separator.filter((text) => text !== '');
  fc.assert(
    fc.property(cardNumber, fc.array(gap, { minLength: 5, maxLength: 5 }), (card, gaps) => {
      const groups = card.match(/.{1,4}/g) ?? [];
      expect(holdsCardNumber(groups.map((group, at) => `${gaps[at] ?? ''}${group}`).join(''))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('no text holds a card number after they were taken out, and one without is left as it is', () => {
  const part = fc.oneof(cardNumber, separator, digitsOfLength(4), fc.string({ maxLength: 5 }));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      const left = withoutCardNumbers(text);
      expect(holdsCardNumber(left)).toBe(false);
      if (!holdsCardNumber(text)) expect(left).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

test('ids of FinCore, UUIDs, hashes and times are never taken for one', () => {
  const body = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdefghjkmnpqrstvwxyz')),
    minLength: 26,
    maxLength: 26,
  });
  const id = fc.tuple(fc.constantFrom('ch', 're', 'cap', 'mer', 'key', 'req', 'txn', 'aud'), body);
  const hash = fc.nat().map((seed) => createHash('sha256').update(String(seed)).digest('hex'));
  const harmless = fc.oneof(
    id.map((parts) => parts.join('_')),
    fc.uuid(),
    hash,
    hash.map((hex) => hex.slice(0, 32)),
    fc.nat(4_102_444_800_000).map(toTimestamp),
    fc.integer({ min: 1_000_000_000_000, max: 1_999_999_999_999 }).map(String),
  );
  fc.assert(
    fc.property(harmless, (text) => expect(holdsCardNumber(text)).toBe(false)),
    { numRuns: 20_000 },
  );
});
