/** A `timestamptz(3)` as whole milliseconds since the epoch; exact, because `extract` gives a numeric. */
export const epochMs = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

/** The reverse, for a number or text of milliseconds. */
export const fromEpochMs = (expression: string): string =>
  `to_timestamp(${expression}::double precision / 1000)::timestamptz(3)`;
