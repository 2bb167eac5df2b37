import { type Currency, type TenantId, assert } from '../kernel';
import type { LedgerQueries } from '../ports';
import { type Turnover, type VerifiedChain, chainVerifier } from './chain-verifier';
import type { LedgerFault } from './fault';
import type { LedgerRules } from './postings';

/** Where a verification of the ledger ended, for the next one to go on from. */
export interface VerifiedLedger {
  readonly chains: ReadonlyMap<TenantId, VerifiedChain>;
  /** Of a walk over the tenants that was stopped, the last one that it had finished with; null before the first. */
  readonly walkedTo: TenantId | null;
}

export const noLedger: VerifiedLedger = { chains: new Map(), walkedTo: null };

export type LedgerVerdict =
  | {
      readonly ok: true;
      /** False when it was stopped before the last tenant. */
      readonly isComplete: boolean;
      readonly verified: VerifiedLedger;
      readonly tenantCount: number;
      readonly entryCount: number;
      readonly accountCount: number;
      /** Sums of all entries; in each currency debits equal credits. */
      readonly turnover: ReadonlyMap<Currency, Turnover>;
    }
  | { readonly ok: false; readonly fault: LedgerFault };

/** Entries and tenants between two questions whether there is time for more. */
const defaultStride = 1_000;

/**
 * Reads the ledger and recomputes it: every sum, every balance, every hash, tenant by tenant. The ledger may go on
 * growing meanwhile; what is committed after a tenant's closing was read is left for next time.
 */
export async function verifyLedger(
  book: LedgerQueries,
  rules: LedgerRules,
  options: {
    /** From a verification that found no fault: only what has come since is read. @default from the first entry */
    readonly since?: VerifiedLedger;
    /** Asked after each stride of entries and tenants. @default always */
    readonly mayGoOn?: () => boolean;
    readonly stride?: number;
  } = {},
): Promise<LedgerVerdict> {
  const { since = noLedger } = options;
  const isTimeOver = paced(options);
  const chains = new Map(since.chains);
  let { walkedTo } = since;
  for await (const tenant of book.tenants(walkedTo)) {
    const chain = await verifyChain({ book, rules, tenant, since: chains.get(tenant), isTimeOver });
    if (chain.kind === 'fault') return { ok: false, fault: chain.fault };
    chains.set(tenant, chain.verified);
    if (chain.kind === 'complete') walkedTo = tenant;
    if (chain.kind === 'stopped' || isTimeOver()) return soundLedger({ chains, walkedTo }, false);
  }
  return soundLedger({ chains, walkedTo: null }, true);
}

/** Counts its calls, and asks after each stride of them; once it is over, it stays so. */
function paced({
  mayGoOn = () => true,
  stride = defaultStride,
}: NonNullable<Parameters<typeof verifyLedger>[2]>): () => boolean {
  let count = 0;
  let isOver = false;
  return () => {
    count += 1;
    if (count % stride === 0) isOver ||= !mayGoOn();
    return isOver;
  };
}

type ChainOutcome =
  | { readonly kind: 'complete' | 'stopped'; readonly verified: VerifiedChain }
  | { readonly kind: 'fault'; readonly fault: LedgerFault };

async function verifyChain(options: {
  readonly book: LedgerQueries;
  readonly rules: LedgerRules;
  readonly tenant: TenantId;
  readonly since: VerifiedChain | undefined;
  readonly isTimeOver: () => boolean;
}): Promise<ChainOutcome> {
  const { book, tenant, isTimeOver } = options;
  const closing = await book.closing(tenant);
  const verifier = chainVerifier(tenant, options.rules, options.since);
  const range = { after: options.since?.head.sequence ?? 0, through: closing.lastSequence };
  for await (const entry of book.chain(tenant, range)) {
    const fault = verifier.take(entry);
    if (fault !== null) return { kind: 'fault', fault };
    if (!isTimeOver() || entry.sequence === closing.lastSequence) continue;
    // A transaction is not cut in two.
    const verified = verifier.verified();
    if (verified !== null) return { kind: 'stopped', verified };
  }
  const fault = verifier.close(closing);
  const verified = verifier.verified();
  if (fault !== null) return { kind: 'fault', fault };
  assert(verified !== null, 'a chain that closes ends with a whole transaction');
  return { kind: 'complete', verified };
}

function soundLedger(verified: VerifiedLedger, isComplete: boolean): LedgerVerdict {
  const turnover = new Map<Currency, Turnover>();
  let entryCount = 0;
  let accountCount = 0;
  for (const chain of verified.chains.values()) {
    entryCount += chain.head.sequence;
    accountCount += chain.accounts.size;
    addTurnover(turnover, chain.turnover);
  }
  return {
    ok: true,
    isComplete,
    verified,
    tenantCount: verified.chains.size,
    entryCount,
    accountCount,
    turnover,
  };
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
