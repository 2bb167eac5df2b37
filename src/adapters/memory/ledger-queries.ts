import { type TenantId, walkLimit } from '../../core/kernel';
import { entryPage } from '../../core/ledger';
import type { EntryQuery, LedgerAccount, LedgerQueries, LedgerEntry } from '../../core/ports';
import type { MemoryLedgerRows } from './ledger-rows';

/** The ledger's read side over rows in memory: scans where the database has an index. */
export function createMemoryLedgerQueries(rows: MemoryLedgerRows): LedgerQueries {
  const entriesOf = (tenant: TenantId): readonly LedgerEntry[] => rows.entries.get(tenant) ?? [];

  const accountsOf = (tenant: TenantId, asOf: number | undefined): readonly LedgerAccount[] => {
    const now = [...rows.accounts.values()].filter((account) => account.tenant === tenant).sort(byCode);
    if (asOf === undefined) return now;
    const past = entriesOf(tenant).filter((entry) => entry.effectiveAt <= asOf);
    return now.map((account) => asAfter(account, past));
  };

  return {
    accounts: (tenant, asOf) => Promise.resolve(accountsOf(tenant, asOf)),
    account: (tenant, accountId, asOf) =>
      Promise.resolve(accountsOf(tenant, asOf).find((account) => account.accountId === accountId) ?? null),
    async entries(tenant, query) {
      await Promise.resolve();
      const limit = walkLimit(query);
      const found = entriesOf(tenant).filter((entry) => passes(entry, query));
      if (query.cursor?.direction !== 'newer') found.reverse();
      return entryPage(query, found.slice(0, limit));
    },
    tenants: (after) => iterate([...rows.heads.keys()].filter((tenant) => tenant > (after ?? '')).sort()),
    closing: (tenant) =>
      Promise.resolve({
        tenant,
        head: rows.heads.get(tenant) ?? null,
        accounts: accountsOf(tenant, undefined),
        lastSequence: entriesOf(tenant).at(-1)?.sequence ?? 0,
        transactionCount: rows.transactions.filter((transaction) => transaction.tenant === tenant).length,
      }),
    chain: (tenant, { after, through }) =>
      iterate(entriesOf(tenant).filter(({ sequence }) => sequence > after && sequence <= through)),
  };
}

function passes(entry: LedgerEntry, query: EntryQuery): boolean {
  const { cursor, accountId, transactionId, subject, from, to } = query;
  return (
    (accountId === undefined || entry.accountId === accountId) &&
    (transactionId === undefined || entry.transactionId === transactionId) &&
    (subject === undefined || entry.subject === subject) &&
    (from === undefined || entry.effectiveAt >= from) &&
    (to === undefined || entry.effectiveAt <= to) &&
    (cursor === undefined ||
      (cursor.direction === 'newer' ? entry.sequence > cursor.sequence : entry.sequence < cursor.sequence))
  );
}

function asAfter(account: LedgerAccount, past: readonly LedgerEntry[]): LedgerAccount {
  const last = past.findLast((entry) => entry.accountId === account.accountId);
  return {
    ...account,
    balanceMinor: last?.balanceAfterMinor ?? 0n,
    accountSequence: last?.accountSequence ?? 0,
  };
}

const byCode = (left: LedgerAccount, right: LedgerAccount): number =>
  compare(left.code, right.code) || compare(left.currency, right.currency);

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

async function* iterate<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  for (const value of values) yield await Promise.resolve(value);
}
