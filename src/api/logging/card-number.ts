/**
 * 13 to 19 digits, perhaps grouped by single spaces or hyphens, that begin as the networks' numbers do:
 * Visa 4, Mastercard 51–55 and 2221–2720, American Express 34 and 37, Diners 30, 36, 38, 39, Discover 6011, 64, 65,
 * JCB 35, UnionPay 62, Maestro 50 and 56–69.
 *
 * @source ISO/IEC 7812-1; the networks' published issuer ranges
 */
const candidate = /(?<!\d)(?=4|5\d|2[2-7]|3[0-9]|6\d)\d(?:[ -]?\d){12,18}(?!\d)/g;

/** Whether a text holds a number that a card could have: a network's range, a length and the Luhn digit. */
export function holdsCardNumber(text: string): boolean {
  for (const match of text.matchAll(candidate)) if (passesLuhn(match[0])) return true;
  return false;
}

/** Blanks every such number. */
export const withoutCardNumbers = (text: string): string =>
  text.replace(candidate, (digits) => (passesLuhn(digits) ? '[card number removed]' : digits));

/** @source ISO/IEC 7812-1, annex B */
function passesLuhn(text: string): boolean {
  let sum = 0;
  let double = false;
  for (let index = text.length - 1; index >= 0; index -= 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) continue;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    double = !double;
  }
  return sum % 10 === 0;
}
