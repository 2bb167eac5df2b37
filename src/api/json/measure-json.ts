/** The deepest body that the API reads: an object, its metadata, and room to grow. */
export const maxJsonDepth = 8;
/** The most members and items that a body has, all levels together. */
export const maxJsonMembers = 500;
/** The most UTF-16 code units of a body's names and texts together: more than the texts of any resource have. */
export const maxJsonText = 65_536;

/** What one pass over the bytes of a JSON text tells, before anything is allocated for it. */
export interface JsonMeasure {
  readonly tooDeep: boolean;
  readonly tooManyMembers: boolean;
  /** Commas between members and items, all levels together. */
  readonly commas: number;
  /** Where a number has a fraction or an exponent: JSON.parse would round it without a word. */
  readonly inexactNumberAt: number | null;
  /** Whether any text is more than plain ASCII letters, or escaped: only then can it hide something. */
  readonly needsTextCheck: boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const dot = 0x2e;
const lowerU = 0x75;
/** A body with fewer digits cannot hold a card number. */
const shortestCardNumber = 13;

/**
 * Says nothing about well-formedness: the parser does. Ends early when a bound is passed, so that a hostile
 * body costs no more than its bytes up to there.
 */
export function measureJson(bytes: Buffer): JsonMeasure {
  let depth = 0;
  let commas = 0;
  let digits = 0;
  let insideText = false;
  let inexactNumberAt: number | null = null;
  let needsTextCheck = false;
  let previous = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) digits += 1;
    if (insideText) {
      if (byte === backslash) {
        index += 1;
        if (bytes[index] === lowerU) needsTextCheck = true;
      } else if (byte === quote) insideText = false;
      else if (byte >= 0x80) needsTextCheck = true;
    } else if (byte === quote) insideText = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > maxJsonDepth)
        return { tooDeep: true, tooManyMembers: false, commas, inexactNumberAt, needsTextCheck };
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    else if (byte === comma) {
      commas += 1;
      if (commas >= maxJsonMembers)
        return { tooDeep: false, tooManyMembers: true, commas, inexactNumberAt, needsTextCheck };
    } else if (byte === dot || ((byte | 0x20) === 0x65 && previous >= 0x30 && previous <= 0x39))
      inexactNumberAt ??= index;
    previous = byte;
  }
  if (digits >= shortestCardNumber) needsTextCheck = true;
  return { tooDeep: false, tooManyMembers: false, commas, inexactNumberAt, needsTextCheck };
}
