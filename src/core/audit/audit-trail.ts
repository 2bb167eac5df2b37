import type { DoneEntry, RefusedEntry } from './audit-entry';
import type { AuditId } from './audit-id';
import type { ChainHead } from './refusal-chain';

/** What the audit keeps about a partition, read at one instant. */
export interface AuditExtent {
  /** Up to where the partition has been read. */
  readonly checkpoint: number;
  /** Entries of the partition's events. */
  readonly entryCount: number;
}

/** The audit as it is stored, for the verifier. Rows are as they lie there, however they came to. */
export interface AuditTrail {
  extent(partition: number): Promise<AuditExtent>;
  /** The effects with these ids, at most 1,000, in any order; those that are missing are left out. */
  doneEntries(ids: readonly AuditId[]): Promise<readonly DoneEntry[]>;
  chainHead(): Promise<ChainHead>;
  /** Up to `limit` refusals with a greater sequence, in order. */
  refusals(after: number, limit: number): Promise<readonly RefusedEntry[]>;
}
