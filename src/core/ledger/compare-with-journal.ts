import { type TenantId, missingRow } from '../kernel';
import type {
  ChainHead,
  Feed,
  LedgerAccount,
  LedgerQueries,
  LedgerEntry,
  Reader,
  RecordedEvent,
} from '../ports';
import { ledgerBatchLimit, transactionsOf } from './batch';
import { type LedgerState, post } from './entries';
import { canonicalEntry } from './entry-hash';
import type { LedgerFault } from './fault';
import type { LedgerRules } from './postings';

export interface JournalComparison {
  readonly feed: Pick<Feed, 'read'>;
  readonly reader: Pick<Reader, 'checkpoint'>;
  readonly book: LedgerQueries;
  readonly rules: LedgerRules;
  /** The partition that the feed and the reader are of. @default 1 */
  readonly partition?: number;
  /** From an earlier comparison that found no fault: only what has come since is derived. @default from the first event */
  readonly since?: DerivedLedger;
  /** Asked after each batch. @default always */
  readonly mayGoOn?: () => boolean;
  /** Events in one batch at most. @default 1000 */
  readonly batchLimit?: number;
}

/** The ledger as it follows from the journal up to a position: what further entries go on from. */
export interface DerivedLedger extends LedgerState {
  readonly position: number;
}

export const noDerivedLedger: DerivedLedger = { position: 0, accounts: new Map(), heads: new Map() };

export type JournalVerdict =
  /** The ledger is what the journal says, as far as it was derived. */
  | { readonly kind: 'sound'; readonly ledger: DerivedLedger; readonly isComplete: boolean }
  /** The first fault of the first tenant that differs. */
  | { readonly kind: 'fault'; readonly fault: LedgerFault };

/**
 * Derives the ledger from the journal again, up to the checkpoint, and compares: anyone who changed entries and
 * recomputed the chain after them is found here. Two passes over what is new at most; memory grows with the accounts.
 */
export async function compareLedgerWithJournal(comparison: JournalComparison): Promise<JournalVerdict> {
  const { book, since = noDerivedLedger, mayGoOn = () => true } = comparison;
  const through = await comparison.reader.checkpoint();
  const derived = growing(since);
  let isStopped = false;
  for await (const _ of derive(comparison, derived, through)) {
    isStopped = derived.position < through && !mayGoOn();
    if (isStopped) break;
  }
  const { heads, position } = derived;
  for (const head of heads.values()) {
    // What was compared before, and has not grown since, is compared again by anyone who begins from the start.
    if (head.sequence === since.heads.get(head.tenant)?.sequence) continue;
    const stored = await entryAt(book, head.tenant, head.sequence);
    if (stored?.hash === head.hash) continue;
    return { kind: 'fault', fault: await firstDifference(comparison, position, head.tenant) };
  }
  if (isStopped) return { kind: 'sound', ledger: derived, isComplete: false };
  for await (const tenant of book.tenants()) {
    const sequence = (heads.get(tenant)?.sequence ?? 0) + 1;
    const next = await entryAt(book, tenant, sequence);
    if (next === null || next.partition !== (comparison.partition ?? 1) || next.position > through) continue;
    const extra = { ...fault(next), field: 'row', stored: describe(next), expected: 'no entry' };
    return { kind: 'fault', fault: extra };
  }
  return { kind: 'sound', ledger: derived, isComplete: true };
}

/** LedgerState that entries are added to; those that they go on from stay as they are. */
interface GrowingLedger extends DerivedLedger {
  position: number;
  readonly accounts: Map<LedgerAccount['accountId'], LedgerAccount>;
  readonly heads: Map<TenantId, ChainHead>;
}

const growing = ({ position, accounts, heads }: DerivedLedger): GrowingLedger => ({
  position,
  accounts: new Map(accounts),
  heads: new Map(heads),
});

/** The ledger as it follows from the journal, batch by batch. */
async function* derive(
  { feed, partition = 1, rules, batchLimit = ledgerBatchLimit }: JournalComparison,
  state: GrowingLedger,
  through: number,
): AsyncGenerator<readonly LedgerEntry[]> {
  while (state.position < through) {
    const from = state.position;
    const events: readonly RecordedEvent[] = await feed.read(from, Math.min(batchLimit, through - from));
    if (events.length === 0) return;
    const transactions = transactionsOf({ partition, from, events }, rules);
    const posted = post(transactions, state, rules);
    for (const account of posted.accounts) state.accounts.set(account.accountId, account);
    for (const head of posted.heads) state.heads.set(head.tenant, head);
    state.position = from + events.length;
    yield posted.entries;
  }
}

/** Among what is new: the entries before were compared by the verification that this one goes on from. */
async function firstDifference(
  comparison: JournalComparison,
  through: number,
  tenant: TenantId,
): Promise<LedgerFault> {
  const { since = noDerivedLedger, book } = comparison;
  const { lastSequence } = await book.closing(tenant);
  const range = { after: since.heads.get(tenant)?.sequence ?? 0, through: lastSequence };
  const stored = book.chain(tenant, range)[Symbol.asyncIterator]();
  let last: LedgerEntry | null = null;
  for await (const entries of derive(comparison, growing(since), through)) {
    for (const entry of entries) {
      if (entry.tenant !== tenant) continue;
      const result = await stored.next();
      if (result.done === true) return { ...fault(entry), ...missingRow, expected: describe(entry) };
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

async function entryAt(book: LedgerQueries, tenant: TenantId, sequence: number): Promise<LedgerEntry | null> {
  const cursor = { direction: 'older', sequence: sequence + 1 } as const;
  const entry = (await book.entries(tenant, { limit: 1, cursor })).entries[0];
  return entry?.sequence === sequence ? entry : null;
}

const fault = (entry: LedgerEntry) => ({
  tenant: entry.tenant,
  place: { kind: 'entry', sequence: entry.sequence } as const,
});

const describe = (entry: LedgerEntry): string => `${entry.hash} over ${canonicalEntry(entry)}`;
