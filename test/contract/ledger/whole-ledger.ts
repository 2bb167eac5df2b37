import type { TenantId } from '../../../src/core/kernel';
import type { LedgerQueries, LedgerEntry, TenantClosing } from '../../../src/core/ports';

export async function wholeChain(book: LedgerQueries, tenant: TenantId): Promise<readonly LedgerEntry[]> {
  const { lastSequence } = await book.closing(tenant);
  const entries: LedgerEntry[] = [];
  for await (const entry of book.chain(tenant, { after: 0, through: lastSequence })) entries.push(entry);
  return entries;
}

/** Everything that the ledger holds, to be compared. */
export async function wholeLedger(
  book: LedgerQueries,
): Promise<readonly { readonly closing: TenantClosing; readonly entries: readonly LedgerEntry[] }[]> {
  const tenants = [];
  for await (const tenant of book.tenants())
    tenants.push({ closing: await book.closing(tenant), entries: await wholeChain(book, tenant) });
  return tenants;
}
