import type { Currency, TenantId } from '../kernel';

/** One side of an account. On its normal side an account grows, on the other it shrinks. */
export type Side = 'debit' | 'credit';

/**
 * What an account is for, for example `merchant_payable` or `psp_receivable:stripe`. With the tenant and the currency
 * it names the account. The contexts declare the codes; together they are the chart of accounts.
 */
export type AccountCode = string;

/** `acct_<tenant>_<code>_<currency>`: the same for ever, and after every rebuild. */
export type AccountId = `acct_${string}`;

/** `txn_` and 26 characters that sort by time, derived from the event: the same after every rebuild. */
export type TransactionId = `txn_${string}`;

/** An account as it stands, or as it stood after a past entry of the tenant. */
export interface LedgerAccount {
  readonly accountId: AccountId;
  readonly tenant: TenantId;
  readonly code: AccountCode;
  readonly currency: Currency;
  /** Minor units, counted on the account's normal side: below zero means a balance on the other side. */
  readonly balanceMinor: bigint;
  /** Entries so far, which is also the account sequence of the last one; 0 before the first. */
  readonly accountSequence: number;
}

/** One line of the books. Written once, never changed. */
export interface LedgerEntry {
  readonly tenant: TenantId;
  /** 1, 2, 3 … within the tenant without a gap: the order of the hash chain, and a page's cursor. */
  readonly sequence: number;
  readonly transactionId: TransactionId;
  readonly accountId: AccountId;
  readonly code: AccountCode;
  readonly currency: Currency;
  /** 1, 2, 3 … within the account without a gap. */
  readonly accountSequence: number;
  readonly side: Side;
  /** Minor units, above zero. */
  readonly amountMinor: bigint;
  readonly balanceBeforeMinor: bigint;
  readonly balanceAfterMinor: bigint;
  /** Hash of the tenant's entry before, or the chain's origin for the first. Lower-case hex. */
  readonly previousHash: string;
  /** SHA-256 over the entry's canonical text, which holds `previousHash`. Lower-case hex. */
  readonly hash: string;
  /** The fact that moved the money: an event type of the journal. */
  readonly eventType: string;
  /** What the money moved for: `ch_…`, `txn_…`, `ord_…`. */
  readonly subject: string;
  /** The part of the subject that moved it: `cap_…`, `re_…`; null where the event names none. */
  readonly part: string | null;
  /** Where in the journal the event stands. */
  readonly partition: number;
  readonly position: number;
  /**
   * Milliseconds since the epoch: the event's `recordedAt`, or the time of the tenant's entry before where
   * that is later, so that time never runs backwards along a chain.
   */
  readonly effectiveAt: number;
  /** Sequence of the first entry of the same transaction. */
  readonly firstSequence: number;
  /** Entries of the same transaction. */
  readonly entryCount: number;
}

export interface EntryQuery {
  /** 1 to 100. */
  readonly limit: number;
  /** Entries just older, or just newer, than the one with this sequence. @default the newest */
  readonly cursor?: { readonly direction: 'older' | 'newer'; readonly sequence: number };
  readonly accountId?: AccountId;
  readonly transactionId?: TransactionId;
  readonly subject?: string;
  /** At or after this time, milliseconds since the epoch. */
  readonly from?: number;
  /** At or before this time, milliseconds since the epoch. */
  readonly to?: number;
}

export interface EntryPage {
  /** Newest first, whichever way the cursor points. */
  readonly entries: readonly LedgerEntry[];
  /** Whether more lie beyond the page in the cursor's direction. */
  readonly hasMore: boolean;
}

/** Where a tenant's chain ends, as the ledger keeps it beside the entries. */
export interface ChainHead {
  readonly tenant: TenantId;
  readonly sequence: number;
  readonly hash: string;
  readonly effectiveAt: number;
}

/** Everything that the ledger keeps about a tenant beside its entries, read at one instant. */
export interface TenantClosing {
  readonly tenant: TenantId;
  /** Null when the row is missing, which only tampering brings about. */
  readonly head: ChainHead | null;
  readonly accounts: readonly LedgerAccount[];
  /** The highest sequence among the entries; 0 when there is none. */
  readonly lastSequence: number;
  readonly transactionCount: number;
}

/**
 * The read side of the ledger. Every method sees committed batches only, whole; none sees another tenant's rows.
 *
 * A past time `asOf` (milliseconds since the epoch) means: after the tenant's last entry whose `effectiveAt`
 * is not later. Since that is one place in the chain, the balances of all accounts at one time fit together.
 */
export interface LedgerQueries {
  /** All accounts of the tenant by code and currency; those opened after `asOf` with a zero balance. */
  accounts(tenant: TenantId, asOf?: number): Promise<readonly LedgerAccount[]>;
  /** Null when the account does not exist or is another tenant's. */
  account(tenant: TenantId, accountId: AccountId, asOf?: number): Promise<LedgerAccount | null>;
  /** One page by keyset; filters combine. Unknown ids give an empty page. */
  entries(tenant: TenantId, query: EntryQuery): Promise<EntryPage>;
  /** Every tenant that has any row, in order; only those after `after`, if there is one. For the verifier. */
  tenants(after?: TenantId | null): AsyncIterable<TenantId>;
  /** For the verifier: what the entries up to `lastSequence` must add up to. */
  closing(tenant: TenantId): Promise<TenantClosing>;
  /** The tenant's entries after `after` (0 for all), up to and including `through`, in chain order, read page by page. */
  chain(
    tenant: TenantId,
    range: { readonly after: number; readonly through: number },
  ): AsyncIterable<LedgerEntry>;
}
