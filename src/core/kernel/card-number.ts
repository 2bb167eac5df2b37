/** The digits that a card's number has, at least and at most. @source ISO/IEC 7812-1 */
const fewestDigits = 13;
const mostDigits = 19;

/** Groups of digits with single spaces or hyphens between them; a card's number may be some of the groups. */
const groupedDigits = /\d+(?:[ -]\d+)*/g;

/**
 * Visa 4, Mastercard 51–55 and 2221–2720, American Express 34 and 37, Diners 30, 36, 38, 39, Discover 6011, 64, 65,
 * JCB 35, UnionPay 62, Maestro 50 and 56–69. @source the networks' published issuer ranges
 */
const beginsLikeACard = /^(?:4|5\d|2[2-7]|3\d|6\d)/;

interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Whether a text holds a number that a card could have: a network's range, a length and the Luhn digit. */
export const holdsCardNumber = (text: string): boolean => {
  for (const run of text.matchAll(groupedDigits)) if (cardIn(run[0], 0) !== null) return true;
  return false;
};

/** Blanks every such number. */
export const withoutCardNumbers = (text: string): string =>
  text.replace(groupedDigits, (run) => {
    let kept = '';
    let from = 0;
    for (let card = cardIn(run, 0); card !== null; card = cardIn(run, from)) {
      kept += `${run.slice(from, card.begin)}[card number removed]`;
      from = card.end;
    }
    return kept + run.slice(from);
  });

/**
 * The first card number in a run that consists of whole groups. Whole runs would not do: an expiry date or a
 * counter beside the number, as in 4242 4242 4242 4242 12/34, belongs to the same run.
 */
function cardIn(run: string, from: number): Span | null {
  if (run.length - from < fewestDigits) return null;
  const groups = groupsOf(run, from);
  for (const [index, { begin }] of groups.entries()) {
    if (!beginsLikeACard.test(run.slice(begin, begin + 2))) continue;
    let digits = 0;
    for (const group of groups.slice(index, index + mostDigits)) {
      digits += group.end - group.begin;
      if (digits > mostDigits) break;
      if (digits >= fewestDigits && passesLuhn(run.slice(begin, group.end))) return { begin, end: group.end };
    }
  }
  return null;
}

function groupsOf(run: string, from: number): Span[] {
  const groups: Span[] = [];
  for (const match of run.slice(from).matchAll(/\d+/g))
    groups.push({ begin: from + match.index, end: from + match.index + match[0].length });
  return groups;
}

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
