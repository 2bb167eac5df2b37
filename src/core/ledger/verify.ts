import type { Currency } from '../kernel';
import type { LedgerBook } from '../ports';
import { chainVerifier, type Turnover } from './chain-verifier';
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

/**
 * Reads the whole ledger once and recomputes it: every sum, every balance, every hash, tenant by tenant. The
 * ledger may go on growing meanwhile; what is committed after a tenant's closing was read is left for next time.
 */
export async function verifyLedger(book: LedgerBook, sha256: Sha256): Promise<LedgerVerdict> {
  const turnover = new Map<Currency, Turnover>();
  let tenantCount = 0;
  let entryCount = 0;
  let accountCount = 0;
  for await (const tenant of book.tenants()) {
    const closing = await book.closing(tenant);
    const verifier = chainVerifier(tenant, sha256);
    for await (const entry of book.chain(tenant, closing.lastSequence)) {
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
