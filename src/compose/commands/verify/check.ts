/** What one check found. A fault names the place, what is stored there and what belongs there. */
export type Finding =
  { readonly kind: 'sound'; readonly summary: string } | { readonly kind: 'fault'; readonly fault: string };

export interface Check {
  readonly name: string;
  readonly run: () => Promise<Finding>;
}

export const sound = (summary: string): Finding => ({ kind: 'sound', summary });

export const faultAt = (
  place: string,
  { field, stored, expected }: { readonly field: string; readonly stored: string; readonly expected: string },
): Finding => ({ kind: 'fault', fault: `${place}: ${field} is ${stored}, expected ${expected}` });

/** `1 event`, `2 events`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${String(count)} ${count === 1 ? noun : plural}`;
