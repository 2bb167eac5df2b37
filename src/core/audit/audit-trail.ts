import type { DoneEntry, RefusedEntry } from './audit-entry';
import type { AuditId } from './audit-id';
import type { ChainHead } from './refusal-chain';

/** Some entries of a partition's events, one after the other in the order of their ids. */
export interface EffectPage {
  /** Of the last of them; null after the last of all. */
  readonly last: AuditId | null;
  /** Those whose event stands at or before the position that was asked for. */
  readonly count: number;
  /** The position of the newest event among them; 0 when there is none. */
  readonly highestPosition: number;
}

export interface EffectPageRequest {
  readonly partition: number;
  readonly after: AuditId | null;
  readonly limit: number;
  readonly through: number;
}

/** The audit as it is stored, for the verifier. Rows are as they lie there, however they came to. */
export interface AuditTrail {
  /** Up to where the partition has been read. */
  checkpoint(partition: number): Promise<number>;
  /** Looks at up to `limit` entries of the partition's events with greater ids; null for the first. */
  effectPage(request: EffectPageRequest): Promise<EffectPage>;
  /** The effects with these ids, at most 1,000, in any order; those that are missing are left out. */
  doneEntries(ids: readonly AuditId[]): Promise<readonly DoneEntry[]>;
  chainHead(): Promise<ChainHead>;
  /** The last refusal that was forgotten, because its time was over; the beginning of the chain when there is none. */
  chainFloor(): Promise<ChainHead>;
  /** Up to `limit` refusals with a greater sequence, in order. */
  refusals(after: number, limit: number): Promise<readonly RefusedEntry[]>;
}
