import type { Json } from './json';

/** JSON can carry both, and databases refuse them: NUL ends a text in C, a surrogate without its other half has no UTF-8. */
const unstorable = /\0|\p{Surrogate}/u;
const everyUnstorable = new RegExp(unstorable.source, 'gu');

/**
 * The same value with U+FFFD for every character that some store of a text cannot hold. What merchants send is refused
 * before it comes this far; what a provider answers is kept, and must not stop whoever reads it.
 */
export function storable(value: Json): Json {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(storable);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [[storableText(name), storable(member)]],
    ),
  );
}

const storableText = (text: string): string =>
  unstorable.test(text) ? text.replaceAll(everyUnstorable, '\uFFFD') : text;
