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
}

/**
 * Derives the ledger from the journal again, up to the checkpoint, and compares: whoever changed entries and
 * recomputed the chain after them is found here. Two passes at most; memory grows with the accounts.
 * @returns the first fault of the first tenant that differs, or null when the ledger is what the journal says.
 */
export async function compareLedgerWithJournal(comparison: JournalComparison): Promise<LedgerFault | null> {
  const { book } = comparison;
  const through = await comparison.reader.checkpoint();
  const derived = new Map<TenantId, ChainHead>();
  for await (const { heads } of derive(comparison, through)) {
    for (const head of heads) derived.set(head.tenant, head);
  }
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

interface Derived {
  readonly entries: readonly LedgerEntry[];
  readonly heads: readonly ChainHead[];
}

/** The ledger as it follows from the journal, batch by batch. */
async function* derive(comparison: JournalComparison, through: number): AsyncGenerator<Derived> {
  const accounts = new Map<LedgerAccount['accountId'], LedgerAccount>();
  const heads = new Map<TenantId, ChainHead>();
  const books: Books = { accounts, heads };
  let from = 0;
  while (from < through) {
    const events: readonly RecordedEvent[] = await comparison.feed.read(
      from,
      Math.min(ledgerBatchLimit, through - from),
    );
    if (events.length === 0) return;
    const transactions = transactionsOf({ partition: comparison.partition ?? 1, from, events });
    const posted = post(transactions, books, comparison.sha256);
    for (const account of posted.accounts) accounts.set(account.accountId, account);
    for (const head of posted.heads) heads.set(head.tenant, head);
    yield posted;
    from += events.length;
  }
}

async function firstDifference(
  comparison: JournalComparison,
  through: number,
  tenant: TenantId,
): Promise<LedgerFault> {
  const { lastSequence } = await comparison.book.closing(tenant);
  const stored = comparison.book.chain(tenant, lastSequence)[Symbol.asyncIterator]();
  let last: LedgerEntry | null = null;
  for await (const { entries } of derive(comparison, through)) {
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
