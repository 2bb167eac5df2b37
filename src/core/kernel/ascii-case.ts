/**
 * Case mapping of ASCII letters alone; every other character stays as it is. `String.prototype.toUpperCase` maps
 * `ſ` to S and `ı` to I, so that a code which is not allowed would become one that is.
 */
export const asciiUpper = (text: string): string =>
  text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

/** As {@link asciiUpper}: the Kelvin sign, U+212A, would become k. */
export const asciiLower = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
