import type { Pool } from 'pg';
import { type TenantId, walkLimit } from '../../../core/kernel';
import { entryPage } from '../../../core/ledger';
import type { LedgerQueries, LedgerEntry } from '../../../core/ports';
import { nextTenant } from './queries/next-tenant';
import { readAccounts } from './queries/read-accounts';
import { readAccountsAt } from './queries/read-accounts-at';
import { readChain } from './queries/read-chain';
import { readClosing } from './queries/read-closing';
import { readEntries } from './queries/read-entries';

/** Entries in memory at a time while a chain is read. */
const chainPageLimit = 1_000;

/** The ledger's read side on PostgreSQL. A page, a balance, now or then, costs index probes, never a scan. */
export function createLedgerQueries(pool: Pool): LedgerQueries {
  return {
    accounts: (tenant, asOf) =>
      asOf === undefined ? readAccounts(pool, tenant, null) : readAccountsAt(pool, tenant, null, asOf),
    async account(tenant, accountId, asOf) {
      const accounts =
        asOf === undefined
          ? await readAccounts(pool, tenant, accountId)
          : await readAccountsAt(pool, tenant, accountId, asOf);
      return accounts[0] ?? null;
    },
    entries: async (tenant, query) =>
      entryPage(query, await readEntries(pool, tenant, { ...query, limit: walkLimit(query) })),
    tenants: (after) => tenants(pool, after ?? ''),
    closing: (tenant) => readClosing(pool, tenant),
    chain: (tenant, range) => chain(pool, tenant, range),
  };
}

async function* tenants(pool: Pool, after: string): AsyncGenerator<TenantId> {
  let tenant = await nextTenant(pool, after);
  while (tenant !== null) {
    yield tenant;
    tenant = await nextTenant(pool, tenant);
  }
}

async function* chain(
  pool: Pool,
  tenant: TenantId,
  { after, through }: Parameters<LedgerQueries['chain']>[1],
): AsyncGenerator<LedgerEntry> {
  const read = (from: number) => readChain(pool, tenant, { after: from, through, limit: chainPageLimit });
  let page = await read(after);
  let last = page.at(-1);
  while (last !== undefined) {
    // The next page is on its way while this one is looked at.
    const next = last.sequence < through ? read(last.sequence) : Promise.resolve([]);
    // A caller that stops reading never receives the error.
    next.catch(() => undefined);
    yield* page;
    page = await next;
    last = page.at(-1);
  }
}
