import { assert } from './assert';

export const maxPageLimit = 100;

/** Bounds of a value; those that are absent do not bound. */
export interface Range<Value> {
  /** Exactly this. */
  readonly eq?: Value;
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
}

export function isWithin<Value extends number | bigint>(
  range: Range<Value> | undefined,
  value: Value,
): boolean {
  if (range === undefined) return true;
  return (
    (range.eq === undefined || value === range.eq) &&
    (range.gt === undefined || value > range.gt) &&
    (range.gte === undefined || value >= range.gte) &&
    (range.lt === undefined || value < range.lt) &&
    (range.lte === undefined || value <= range.lte)
  );
}

/** Which part of a list is asked for; without a cursor, the newest. */
export interface PageRequest<Id extends string> {
  /** 1 to {@link maxPageLimit}. */
  readonly limit: number;
  readonly cursor?: {
    /** `starting_after`: the rows next older than `id`; `ending_before`: the rows next newer than `id`. */
    readonly kind: 'starting_after' | 'ending_before';
    readonly id: Id;
  };
}

/** Newest first, whichever way the list was walked. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Whether more lies beyond, in the direction of the walk. */
  readonly hasMore: boolean;
}

/**
 * The page made of what a walk found. The walk looks for one row more than the limit, nearest to the cursor
 * first: the extra row says that there is more.
 */
export function pageOf<Row>(request: PageRequest<string>, found: readonly Row[]): Page<Row> {
  const rows = found.slice(0, request.limit);
  if (request.cursor?.kind === 'ending_before') rows.reverse();
  return { rows, hasMore: found.length > request.limit };
}

/** The rows that a walk looks for: the page and one more. */
export function walkLimit({ limit }: { readonly limit: number }): number {
  assert(
    Number.isInteger(limit) && limit >= 1 && limit <= maxPageLimit,
    `a page has 1 to ${String(maxPageLimit)} rows, not ${String(limit)}`,
  );
  return limit + 1;
}
