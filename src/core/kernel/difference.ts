/** Where what is stored is not what it must be. */
export interface Difference {
  readonly field: string;
  readonly stored: string;
  readonly expected: string;
}

/** Null where both are the same. */
export const differs = (field: string, stored: string, expected: string): Difference | null =>
  stored === expected ? null : { field, stored, expected };

export const missingRow: Difference = { field: 'row', stored: 'missing', expected: 'a row' };

/**
 * The first place where two values of the same shape differ, fields in order of their names, as a path with dots; null
 * when none does.
 */
export function firstDifference(stored: unknown, expected: unknown, field = ''): Difference | null {
  if (!isObject(stored) || !isObject(expected)) {
    return Object.is(stored, expected) ? null : { field, stored: shown(stored), expected: shown(expected) };
  }
  const names = [...new Set([...Object.keys(stored), ...Object.keys(expected)])].sort();
  for (const name of names) {
    const path = field === '' ? name : `${field}.${name}`;
    const difference = firstDifference(stored[name], expected[name], path);
    if (difference !== null) return difference;
  }
  return null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string =>
  value === undefined
    ? 'missing'
    : JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
