/** The first four digits of a network's numbers, from and to, and how many digits they have. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

/** @source the networks' published issuer ranges; ISO/IEC 7812-1 for the lengths of those that publish none */
const ranges: readonly Range[] = [
  { from: 2200, to: 2204, lengths: [16, 17, 18, 19] }, // Mir
  { from: 2221, to: 2720, lengths: [16] }, // Mastercard
  { from: 3000, to: 3059, lengths: [14, 15, 16, 17, 18, 19] }, // Diners Club
  { from: 3090, to: 3099, lengths: [14, 15, 16, 17, 18, 19] },
  { from: 3400, to: 3499, lengths: [15] }, // American Express
  { from: 3528, to: 3589, lengths: [16, 17, 18, 19] }, // JCB
  { from: 3600, to: 3699, lengths: [14, 15, 16, 17, 18, 19] }, // Diners Club
  { from: 3700, to: 3799, lengths: [15] }, // American Express
  { from: 3800, to: 3999, lengths: [14, 15, 16, 17, 18, 19] }, // Diners Club
  { from: 4000, to: 4999, lengths: [13, 16, 19] }, // Visa
  { from: 5000, to: 5099, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Maestro
  { from: 5100, to: 5599, lengths: [16] }, // Mastercard
  { from: 5600, to: 6999, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Maestro, Discover, UnionPay
];
const fewestDigits = 13;
const mostDigits = 19;
const noLengths: readonly number[] = [];

/** Identifiers that hold digits by chance: UUIDs, FinCore's own ids, and hashes: SHA-256, or its first half alone. */
const opaque = String.raw`(?<![A-Za-z0-9])(?:${[
  '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  '[a-z]{2,4}_[0-9a-hjkmnp-tv-z]{26}',
  // Four letters: the data of a magnetic stripe, which begins with the card's number, has two at most.
  '(?=(?:[0-9]*[a-f]){4})(?:[0-9a-f]{64}|^[0-9a-f]{32}$)',
].join('|')})(?![A-Za-z0-9])`;

/** Characters that JSON writes as escapes. A log line is scanned as the JSON that it is. */
const escaped = String.raw`\\(?:[bfnrt]|u00[01][0-9a-f]|u[dD][89a-fA-F][0-9a-f]{2})`;
const ignorable = String.raw`\p{Default_Ignorable_Code_Point}`;

/** A text in pieces: digits of any script, what may stand between digits, and what ends a number. */
const pieces = new RegExp(
  String.raw`(?<end>${opaque})|(?<gap>(?:${escaped}|${ignorable}|[^\p{L}\p{N}])+)|(?<digits>\p{N}+)|\p{L}+`,
  'gu',
);

/** The most characters between two groups of one number, spaces counted once and invisible characters not at all. */
const longestGap = 3;
/** The same with everything, in UTF-16 code units: bounds the distance between a number's digits. */
const longestWrittenGap = 32;
const everyEscape = new RegExp(escaped, 'gu');

/** Digits that stand together, with what separates them from the group before: one class for all spaces, one for all dashes. */
interface Group {
  readonly begin: number;
  end: number;
  digits: string;
  readonly gap: string;
}

interface Span {
  readonly begin: number;
  readonly end: number;
}

/**
 * Whether a text holds a number that a card could have: a network's range, its length and the Luhn digit. The digits may
 * be of any script and in groups, with spaces, line ends, punctuation or invisible characters between them.
 */
export const holdsCardNumber = (text: string): boolean => cardsIn(text).length > 0;

/** Blanks every such number. */
export function withoutCardNumbers(text: string): string {
  let kept = '';
  let from = 0;
  for (const { begin, end } of cardsIn(text)) {
    kept += `${text.slice(from, begin)}[card number removed]`;
    from = end;
  }
  return from === 0 ? text : kept + text.slice(from);
}

function cardsIn(text: string): readonly Span[] {
  if (!hasEnoughDigits(text)) return [];
  const cards: Span[] = [];
  for (const run of runsOf(text)) {
    for (let index = 0; index < run.length; index += 1) {
      const last = lastGroupOfCard(run, index);
      const [first, final] = [run[index], run[last ?? -1]];
      if (last === null || first === undefined || final === undefined) continue;
      cards.push({ begin: first.begin, end: final.end });
      index = last;
    }
  }
  return cards;
}

/**
 * Spares most texts the search: between two letters of ASCII there are too few digits. Characters beyond ASCII count as
 * two digits each, and the letters of an escape, such as the n of a line end in JSON, as none.
 */
function hasEnoughDigits(text: string): boolean {
  let digits = 0;
  let escapeEnd = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x30 && code <= 0x39) digits += 1;
    else if (code >= 0x80) digits += 2;
    else if (code === 0x5c) escapeEnd = index + 6;
    else if ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a && index >= escapeEnd) digits = 0;
    if (digits >= fewestDigits) return true;
  }
  return false;
}

/** Groups of digits with nothing between them that could not stand within one number. */
function runsOf(text: string): readonly (readonly Group[])[] {
  const runs: Group[][] = [];
  let run: Group[] = [];
  let gap: string | null = null;
  for (const { groups, index, 0: piece } of text.matchAll(pieces)) {
    const digits = groups?.['digits'] === undefined ? '' : digitsOf(piece);
    if (digits !== '') {
      const previous = run.at(-1);
      if (gap === null || previous === undefined) runs.push((run = []));
      if (previous !== undefined && gap === '') {
        previous.digits += digits;
        previous.end = index + piece.length;
      } else run.push({ begin: index, end: index + piece.length, digits, gap: gap ?? '' });
      gap = '';
    } else gap = groups?.['gap'] === undefined ? null : gapOf(piece);
  }
  return runs;
}

/**
 * The last group of the longest card number that begins with a group of the run; null when none does. A number is some of the
 * groups, since an expiry date or a counter may stand beside it, as in 4242 4242 4242 4242 12/34.
 */
function lastGroupOfCard(run: readonly Group[], first: number): number | null {
  let digits = '';
  let lengths = noLengths;
  let found: number | null = null;
  for (let last = first; last < run.length && last < first + mostDigits; last += 1) {
    digits += run[last]?.digits ?? '';
    if (digits.length > mostDigits) break;
    if (digits.length < fewestDigits) continue;
    if (lengths === noLengths) lengths = lengthsOf(digits);
    if (lengths === noLengths) break;
    if (lengths.includes(digits.length) && passesLuhn(digits) && isOneNumber(run.slice(first, last + 1)))
      found = last;
  }
  return found;
}

function lengthsOf(digits: string): readonly number[] {
  const begin = Number(digits.slice(0, 4));
  return ranges.find(({ from, to }) => begin >= from && begin <= to)?.lengths ?? noLengths;
}

/**
 * Spaces and dashes group a number in any way, and so does one separator throughout. Where separators differ, as in a
 * date with a time of day, only groups of three digits and more are taken for parts of one number.
 */
function isOneNumber(groups: readonly Group[]): boolean {
  const gaps = new Set(groups.slice(1).map(({ gap }) => gap));
  if ([...gaps].every((gap) => gap === ' ' || gap === '-')) return true;
  const sizes = groups.slice(0, -1).map(({ digits }) => digits.length);
  if (gaps.size === 1) return !(sizes.length === 1 && (sizes[0] ?? 0) <= 3 && isDecimalMark(groups[1]?.gap));
  return sizes.every((size) => size >= 3);
}

const isDecimalMark = (gap: string | undefined): boolean => gap === '.' || gap === ',';

/** The class of a separator; null for what is too long to be one. */
function gapOf(piece: string): string | null {
  if (piece === ' ' || piece === '-') return piece;
  if (piece.length > longestWrittenGap) return null;
  const plain = piece
    .replace(everyEscape, ' ')
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\p{Pd}\u2212]/gu, '-');
  const gap = plain === ' ' ? plain : plain.trim();
  return gap.length > longestGap ? null : gap;
}

/** The ASCII digits of digits in any script; empty for numerals of another kind, such as Roman ones. */
const digitsOf = (numerals: string): string =>
  /^\d+$/.test(numerals)
    ? numerals
    : numerals
        .normalize('NFKC')
        .replace(/\P{Nd}/gu, '')
        .replace(/\D/gu, digitOf);

/**
 * Decimal digits stand in rows of ten from 0 to 9, and rows may follow each other.
 * @source The Unicode Standard, section 4.6: numeric type decimal
 */
function digitOf(numeral: string): string {
  const known = foreignDigits.get(numeral);
  if (known !== undefined) return known;
  const code = numeral.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  const digit = String(before % 10);
  foreignDigits.set(numeral, digit);
  return digit;
}
/** Bounded by the decimal digits that Unicode has: fewer than a thousand. */
const foreignDigits = new Map<string, string>();

/** @source ISO/IEC 7812-1, annex B */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  let double = false;
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    const digit = digits.charCodeAt(index) - 48;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    double = !double;
  }
  return sum % 10 === 0;
}
