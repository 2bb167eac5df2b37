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
