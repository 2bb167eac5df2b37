import type { EntryPage, EntryQuery, LedgerEntry } from '../ports';

/** The page of a query, from what was found in the cursor's direction when one entry more than `limit` was asked for. */
export function entryPage(query: EntryQuery, found: readonly LedgerEntry[]): EntryPage {
  const entries = found.slice(0, query.limit);
  return {
    entries: query.cursor?.direction === 'newer' ? entries.reverse() : entries,
    hasMore: found.length > query.limit,
  };
}
