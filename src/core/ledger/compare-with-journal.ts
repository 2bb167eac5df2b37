import type { TenantId } from '../kernel';
import type {
  ChainHead,
  Feed,
  LedgerAccount,
  LedgerBook,
  LedgerEntry,
  Reader,
  RecordedEvent,
} from '../ports';
import { ledgerBatchLimit, transactionsOf } from './batch';
import { type Books, post } from './entries';
import { canonicalEntry, type Sha256 } from './entry-hash';
import type { LedgerFault } from './fault';

export interface JournalComparison {
  readonly feed: Pick<Feed, 'read'>;
  readonly reader: Pick<Reader, 'checkpoint'>;
  readonly book: LedgerBook;
  readonly sha256: Sha256;
  /** The partition that the feed and the reader are of. @default 1 */
  readonly partition?: number;
  /** From an earlier comparison that found no fault: only what has come since is derived. @default from the first event */
  readonly since?: DerivedBooks;
}

/** The ledger as it follows from the journal up to a position: what further entries go on from. */
export interface DerivedBooks extends Books {
  position: number;
  readonly accounts: Map<LedgerAccount['accountId'], LedgerAccount>;
  readonly heads: Map<TenantId, ChainHead>;
}

export const emptyBooks = (): DerivedBooks => ({ position: 0, accounts: new Map(), heads: new Map() });

/**
 * Derives the ledger from the journal again, up to the checkpoint, and compares: whoever changed entries and
 * recomputed the chain after them is found here. Two passes at most; memory grows with the accounts.
 * @returns the first fault of the first tenant that differs, or null when the ledger is what the journal says.
 */
export async function compareLedgerWithJournal(comparison: JournalComparison): Promise<LedgerFault | null> {
  const { book } = comparison;
  const through = await comparison.reader.checkpoint();
  const books = comparison.since ?? emptyBooks();
  const derived = books.heads;
  for await (const _ of derive(comparison, books, through));
  for (const head of derived.values()) {
    const stored = await entryAt(book, head.tenant, head.sequence);
    if (stored?.hash !== head.hash) return firstDifference(comparison, through, head.tenant);
  }
  for await (const tenant of book.tenants()) {
    const sequence = (derived.get(tenant)?.sequence ?? 0) + 1;
    const next = await entryAt(book, tenant, sequence);
    if (next !== null && next.partition === (comparison.partition ?? 1) && next.position <= through)
      return { ...fault(next), field: 'row', stored: describe(next), expected: 'no entry' };
  }
  return null;
}

/** The ledger as it follows from the journal, batch by batch. */
async function* derive(
  comparison: JournalComparison,
  books: DerivedBooks,
  through: number,
): AsyncGenerator<readonly LedgerEntry[]> {
  while (books.position < through) {
    const from = books.position;
    const events: readonly RecordedEvent[] = await comparison.feed.read(
      from,
      Math.min(ledgerBatchLimit, through - from),
    );
    if (events.length === 0) return;
    const transactions = transactionsOf({ partition: comparison.partition ?? 1, from, events });
    const posted = post(transactions, books, comparison.sha256);
    for (const account of posted.accounts) books.accounts.set(account.accountId, account);
    for (const head of posted.heads) books.heads.set(head.tenant, head);
    books.position = from + events.length;
    yield posted.entries;
  }
}

async function firstDifference(
  comparison: JournalComparison,
  through: number,
  tenant: TenantId,
): Promise<LedgerFault> {
  const { lastSequence } = await comparison.book.closing(tenant);
  const stored = comparison.book.chain(tenant, { after: 0, through: lastSequence })[Symbol.asyncIterator]();
  let last: LedgerEntry | null = null;
  for await (const entries of derive(comparison, emptyBooks(), through)) {
    for (const entry of entries) {
      if (entry.tenant !== tenant) continue;
      const result = await stored.next();
      if (result.done === true)
        return { ...fault(entry), field: 'row', stored: 'missing', expected: describe(entry) };
      if (result.value.hash !== entry.hash)
        return { ...fault(entry), field: 'entry', stored: describe(result.value), expected: describe(entry) };
      last = entry;
    }
  }
  // The heads differed a moment ago and no entry does: the ledger was emptied or mended while it was compared.
  return {
    tenant,
    place: { kind: 'head' },
    field: 'hash',
    stored: 'changed during the comparison',
    expected: last?.hash ?? 'none',
  };
}

async function entryAt(book: LedgerBook, tenant: TenantId, sequence: number): Promise<LedgerEntry | null> {
  const cursor = { direction: 'older', sequence: sequence + 1 } as const;
  const entry = (await book.entries(tenant, { limit: 1, cursor })).entries[0];
  return entry?.sequence === sequence ? entry : null;
}

const fault = (entry: LedgerEntry) => ({
  tenant: entry.tenant,
  place: { kind: 'entry', sequence: entry.sequence } as const,
});

const describe = (entry: LedgerEntry): string => `${entry.hash} over ${canonicalEntry(entry)}`;
