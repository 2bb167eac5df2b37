import type { Sha256, TenantId } from '../../core/kernel';
import { contexts } from '../../core/contexts';
import { ledgerRules, post, transactionsOf } from '../../core/ledger';
import type { LedgerEntry, LedgerQueries, RebuildableReader, Registry } from '../../core/ports';
import { createMemoryLedgerQueries } from './ledger-queries';
import type { MemoryLedgerRows } from './ledger-rows';

export interface MemoryLedgerOptions {
  readonly sha256: Sha256;
  /** Whose events are booked. @default every context of FinCore */
  readonly contexts?: Registry;
  /** @default 1 */
  readonly partition?: number;
}

export interface MemoryLedger {
  readonly reader: RebuildableReader;
  readonly book: LedgerQueries;
  /** The rows themselves, for simulations that look at them or break them. */
  readonly rows: MemoryLedgerRows;
}

/** The ledger without a database, kept for the life of the process. */
export function createMemoryLedger(options: MemoryLedgerOptions): MemoryLedger {
  const { partition = 1 } = options;
  const rules = ledgerRules(options.contexts ?? contexts, options.sha256);
  const rows: MemoryLedgerRows = {
    accounts: new Map(),
    heads: new Map(),
    transactions: [],
    entries: new Map(),
  };
  let checkpoint = 0;

  const reader: RebuildableReader = {
    name: 'ledger',
    checkpoint: () => Promise.resolve(checkpoint),
    async apply(from, events) {
      const transactions = transactionsOf({ partition, from, events }, rules);
      if (events.length === 0) return 'applied';
      // Another reader may come in here; from the comparison on, all runs without yielding, as a transaction would.
      await Promise.resolve();
      if (checkpoint !== from) return 'moved';
      const posted = post(transactions, rows, rules);
      rows.transactions.push(...posted.transactions);
      for (const entry of posted.entries) appendEntry(rows.entries, entry);
      for (const account of posted.accounts) rows.accounts.set(account.accountId, account);
      for (const head of posted.heads) rows.heads.set(head.tenant, head);
      checkpoint = from + events.length;
      return 'applied';
    },
    async reset() {
      await Promise.resolve();
      rows.accounts.clear();
      rows.heads.clear();
      rows.transactions.length = 0;
      rows.entries.clear();
      checkpoint = 0;
    },
  };
  return { reader, book: createMemoryLedgerQueries(rows), rows };
}

function appendEntry(entries: Map<TenantId, LedgerEntry[]>, entry: LedgerEntry): void {
  const known = entries.get(entry.tenant);
  if (known === undefined) entries.set(entry.tenant, [entry]);
  else known.push(entry);
}
