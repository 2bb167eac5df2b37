import { assert } from './assert';
import type { Json } from './json';

/**
 * The same value with U+FFFD for every character that some store of a text cannot hold. JSON can carry both, and
 * databases refuse them: NUL ends a text in C, a surrogate without its other half has no UTF-8. What merchants send is
 * refused before it comes this far; what a provider answers is kept, and must not stop anyone who reads it.
 */
export const storable = (value: Json): Json => (isStorable(value) ? value : replaced(value));

/** Every event is looked at, and hardly one needs a change: looking makes nothing new. */
function isStorable(value: Json | undefined): boolean {
  if (typeof value === 'string') return isStorableText(value);
  // JSON would write null for it, and a reader would find no number there.
  if (typeof value === 'number') assert(Number.isFinite(value), `${String(value)} is a number of JSON`);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  return Object.entries(value).every(([name, member]) => isStorableText(name) && isStorable(member));
}

/** {@link storable} for a text alone. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** Whether every store can hold the text as it is. */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

function replaced(value: Json): Json {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(replaced);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [[storableText(name), replaced(member)]],
    ),
  );
}
