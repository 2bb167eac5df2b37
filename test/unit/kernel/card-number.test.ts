import { holdsCardNumber, withoutCardNumbers } from '../../../src/core/kernel';

const removed = '[card number removed]';

describe('a card number', () => {
  test.each([
    ['Visa', '4242424242424242'],
    ['Visa of 13 digits', '4222222222222'],
    ['Visa of 19 digits', '4000000000000000006'],
    ['Mastercard', '5555555555554444'],
    ['Mastercard of the second range', '2223003122003222'],
    ['Mir', '2200000000000004'],
    ['American Express', '378282246310005'],
    ['Diners Club', '36227206271667'],
    ['Diners Club of 16 digits', '3056930009020004'],
    ['Discover', '6011111111111117'],
    ['JCB', '3566002020360505'],
    ['UnionPay', '6205500000000000004'],
    ['Maestro', '6759649826438453'],
    ['Maestro of 13 digits', '5018000000007'],
  ])('of %s is found', (_network, number) => {
    expect(holdsCardNumber(number)).toBe(true);
    expect(withoutCardNumbers(`a ${number}.`)).toBe(`a ${removed}.`);
  });

  test.each([
    ...[' ', '-', '.', '  ', '\t', '_', '\n', '\r\n', '/', ',', ', ', ' - ', '|', '+', '*', ':'],
    ...['\u00a0', '\u2009', '\u3000', '\u2013', '\u2212', '\u00b7', '\u3001', '\uff0d'],
    ...['\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u0301', '\ufe0f\u20e3', '\u3164', '\u0001'],
  ])('with %j between its groups, or its digits, is found', (separator) => {
    for (const part of [/\d{4}/g, /\d{8}/g, /\d/g]) {
      const number = '4242424242424242'.match(part)?.join(separator) ?? '';
      expect(withoutCardNumbers(`a ${number} b`)).toBe(`a ${removed} b`);
    }
  });

  test.each([
    ['full-width', '４２４２４２４２４２４２４２４２'],
    ['Arabic', '٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢'],
    ['Persian', '۴۲۴۲۴۲۴۲۴۲۴۲۴۲۴۲'],
    ['Devanagari', '४२४२ ४२४२ ४२४२ ४२४२'],
    ['mathematical', '𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐'],
    ['superscript', '⁴²⁴²⁴²⁴²⁴²⁴²⁴²⁴²'],
    ['circled', '④②④②④②④②④②④②④②④②'],
    ['mixed', '4\uff124\u06624\u06f24\u09684242424\u{1d7d0}'],
  ])('in %s digits is found', (_script, number) => {
    expect(withoutCardNumbers(`a ${number} b`)).toBe(`a ${removed} b`);
  });

  test.each([
    ['12 4242424242424242 27', `12 ${removed} 27`],
    ['4242 4242 4242 4242 12/34', `${removed} 12/34`],
    ['4242-4242\n4242-4242', removed],
    ['4242.4242/4242_4242', removed],
    ['tok_4242424242424242', `tok_${removed}`],
    ['card4242424242424242x', `card${removed}x`],
    ['4242424242424242=25121010000000', `${removed}=25121010000000`],
    ['17. 4000-0025-0000-3155', `17. ${removed}`],
    ['4242424242424242, 5555 5555 5555 4444', `${removed}, ${removed}`],
    [
      "No such PaymentMethod: '4242424242424242'; check it.",
      `No such PaymentMethod: '${removed}'; check it.`,
    ],
  ])('in %j is taken out, and what stands around it stays', (text, left) => {
    expect(withoutCardNumbers(text)).toBe(left);
  });

  test('is found in JSON, where a line end is an escape', () => {
    for (const separator of ['\n', '\t', '\u0001', '\ud800', '"', '\\']) {
      const json = JSON.stringify({ message: ['4242', '4242', '4242', '4242'].join(separator) });
      expect(JSON.parse(withoutCardNumbers(json))).toEqual({ message: removed });
    }
  });
});

test.each([
  ...['', '4242424242424241', '42424242424242424242', '4111-1111', 'amount 999999999999'],
  ...['1763713800000123', '20261121093000123', 'order 12345678901234567890', '353918052107063'],
  ...['2026-11-21T09:30:00.000Z', '21/11/2026 14:30:00', '30/12/2026 09:30:04', '4.242424242424242'],
  ...['pi_3MtwBwLkdIwHu7ix28a3tqPa', 'ch_06f4q8xk3v7m2n9r5t1w0y8z4b', '+49 30 1234567, +49 30 7654321'],
  ...['42424242-4242-4424-8424-242424242424', 'Order 4711 / 4712', 'IV 4242 IV 4242 IV 4242 IV 4242'],
  ...['4242a4242b4242c4242', '4242 (see 4242), then 4242 .... 4242', '½ 4242'],
])('%j holds none', (text) => {
  expect(holdsCardNumber(text)).toBe(false);
  expect(withoutCardNumbers(text)).toBe(text);
});
