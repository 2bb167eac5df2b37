import type { TenantId } from '../../core/kernel';
import type { PostedTransaction } from '../../core/ledger';
import type { AccountId, ChainHead, LedgerAccount, LedgerEntry } from '../../core/ports';

/** Everything that the ledger keeps. Entries of a tenant lie in the order of its chain. */
export interface MemoryLedgerRows {
  readonly accounts: Map<AccountId, LedgerAccount>;
  readonly heads: Map<TenantId, ChainHead>;
  readonly transactions: PostedTransaction[];
  readonly entries: Map<TenantId, LedgerEntry[]>;
}
