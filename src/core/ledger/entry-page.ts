import { assert } from '../kernel';
import type { EntryPage, EntryQuery, LedgerEntry } from '../ports';

export const entryPageLimit = 100;

/** The page of a query, from what was found in the cursor's direction when one entry more than `limit` was asked for. */
export function entryPage(query: EntryQuery, found: readonly LedgerEntry[]): EntryPage {
  const entries = found.slice(0, query.limit);
  return {
    entries: query.cursor?.direction === 'newer' ? entries.reverse() : entries,
    hasMore: found.length > query.limit,
  };
}

export function assertEntryQuery({ limit }: EntryQuery): void {
  assert(
    Number.isInteger(limit) && limit >= 1 && limit <= entryPageLimit,
    `a page has 1 to ${entryPageLimit.toString()} entries, not ${limit.toString()}`,
  );
}
