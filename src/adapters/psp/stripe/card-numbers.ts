/** Thirteen to nineteen digits, alone or in groups. @source ISO/IEC 7812-1 */
const candidate = /(?<![\p{L}\d])\d(?:[ .-]?\d){12,18}(?!\d)/gu;

/**
 * Masks whatever passes for a card number. Stripe does not echo card numbers, but quotes the parameters it
 * refuses, and a merchant may have sent one where a token belongs.
 */
export const maskCardNumbers = (text: string): string =>
  text.replaceAll(candidate, (match) => {
    const digits = match.replaceAll(/\D/g, '');
    return passesLuhn(digits) ? `[card number ending in ${digits.slice(-4)}]` : match;
  });

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
