/** @source ISO/IEC 7812-1 */
const shortestLength = 13;
const longestLength = 19;

const digitsInGroups = /\d+(?:[ .-]\d+)*/g;

/**
 * Masks whatever passes for a card number, alone or in groups. Stripe does not echo card numbers, but quotes the
 * parameters it refuses, and a merchant may have sent one where a token belongs.
 */
export const maskCardNumbers = (text: string): string => text.replaceAll(digitsInGroups, maskWithin);

/** A card number may have other numbers around it (`4242 4242 4242 4242 12/27`), but no group belongs to both. */
function maskWithin(run: string): string {
  const parts = run.split(/([ .-])/);
  for (let start = 0; start < parts.length; start += 2) {
    const end = endOfCardNumber(parts, start);
    if (end === null) continue;
    const digits = digitsOf(parts, start, end);
    parts.splice(start, end - start, `[card number ending in ${digits.slice(-4)}]`);
  }
  return parts.join('');
}

/** Groups stand at even places, separators between them at odd ones. */
function endOfCardNumber(parts: readonly string[], start: number): number | null {
  for (let end = start + 1; end <= parts.length; end += 2) {
    const digits = digitsOf(parts, start, end);
    if (digits.length > longestLength) return null;
    if (digits.length >= shortestLength && passesLuhn(digits)) return end;
  }
  return null;
}

const digitsOf = (parts: readonly string[], start: number, end: number): string =>
  parts.slice(start, end).join('').replaceAll(/\D/g, '');

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
