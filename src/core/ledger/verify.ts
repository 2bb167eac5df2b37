import type { Currency, TenantId } from '../kernel';
import type { LedgerBook } from '../ports';
import { type ChainVerifier, chainVerifier, type Turnover } from './chain-verifier';
import type { Sha256 } from './entry-hash';
import type { LedgerFault } from './fault';

export type LedgerVerdict =
  | {
      readonly ok: true;
      readonly tenantCount: number;
      readonly entryCount: number;
      readonly accountCount: number;
      /** Sums of all entries; in each currency debits equal credits. */
      readonly turnover: ReadonlyMap<Currency, Turnover>;
    }
  | { readonly ok: false; readonly fault: LedgerFault };

/** Where each tenant's chain has been verified to, for the next verification to go on from; it grows with the accounts. */
export type VerifiedChains = Map<TenantId, ChainVerifier>;

/**
 * Reads the whole ledger once and recomputes it: every sum, every balance, every hash, tenant by tenant. The
 * ledger may go on growing meanwhile; what is committed after a tenant's closing was read is left for next time.
 * @param chains from an earlier verification that found no fault: only what has come since is read
 */
export async function verifyLedger(
  book: LedgerBook,
  sha256: Sha256,
  chains: VerifiedChains = new Map(),
): Promise<LedgerVerdict> {
  const turnover = new Map<Currency, Turnover>();
  let tenantCount = 0;
  let entryCount = 0;
  let accountCount = 0;
  for await (const tenant of book.tenants()) {
    const closing = await book.closing(tenant);
    const verifier = chains.get(tenant) ?? chainVerifier(tenant, sha256);
    chains.set(tenant, verifier);
    const range = { after: verifier.sequence(), through: closing.lastSequence };
    for await (const entry of book.chain(tenant, range)) {
      const fault = verifier.take(entry);
      if (fault !== null) return { ok: false, fault };
    }
    const fault = verifier.close(closing);
    if (fault !== null) return { ok: false, fault };
    tenantCount += 1;
    entryCount += closing.lastSequence;
    accountCount += closing.accounts.length;
    addTurnover(turnover, verifier.turnover);
  }
  return { ok: true, tenantCount, entryCount, accountCount, turnover };
}

function addTurnover(total: Map<Currency, Turnover>, part: ReadonlyMap<Currency, Turnover>): void {
  for (const [currency, { debitMinor, creditMinor }] of part) {
    const before = total.get(currency) ?? { debitMinor: 0n, creditMinor: 0n };
    total.set(currency, {
      debitMinor: before.debitMinor + debitMinor,
      creditMinor: before.creditMinor + creditMinor,
    });
  }
}
