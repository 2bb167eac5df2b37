/** The value below which the share `of` the values lies; 0 for none. */
export function quantile(values: readonly number[], of: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
