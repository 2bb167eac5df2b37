import { assert } from './assert';

/** Crockford's base 32 in lower case: no i, l, o, u; sorts as the numbers do. */
export const base32Digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** A whole number in exactly `length` digits. */
export function base32(value: number, length: number): string {
  assert(
    Number.isSafeInteger(value) && value >= 0 && value < 32 ** length,
    `${String(value)} is a whole number that ${String(length)} characters of base 32 hold`,
  );
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32))
    text = base32Digits.charAt(rest % 32) + text;
  return text;
}
