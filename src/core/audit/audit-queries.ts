import type { TenantId } from '../kernel';
import type { AuditEntry } from './audit-entry';
import type { AuditId } from './audit-id';

/** What the caller may see: a merchant its own side, the operator everything. */
export type AuditScope =
  { readonly kind: 'tenant'; readonly tenant: TenantId } | { readonly kind: 'everything' };

/** What an entry must be to be listed; every part that is present must hold. */
export interface AuditFilter {
  /** At or after this time, milliseconds since the epoch. */
  readonly from?: number;
  /** At or before this time, milliseconds since the epoch. */
  readonly to?: number;
  readonly actor?: string;
  readonly action?: string;
  readonly outcome?: AuditEntry['outcome'];
  /** The id of what was acted on, or of the part of it. */
  readonly subject?: string;
  readonly correlationId?: string;
}

export interface AuditPageRequest {
  /** 1 to 100: the API's schema lets no other number through. */
  readonly limit: number;
  /** `starting_after`: what is older than the id; `ending_before`: what is newer. The id need not exist. */
  readonly cursor?: { readonly kind: 'starting_after' | 'ending_before'; readonly id: AuditId };
}

export interface AuditPage {
  /** Newest first, whichever way the list was walked. */
  readonly entries: readonly AuditEntry[];
  /** Whether more lies beyond, in the direction of the walk. */
  readonly hasMore: boolean;
}

/**
 * Who did what, and when. Effects appear when the audit's reader has come to them, refusals when their batch
 * is written: both within moments. Entries never change, so a cursor stays valid.
 *
 * Order: newest first, by the id, which begins with the time.
 */
export interface AuditQueries {
  list(scope: AuditScope, filter: AuditFilter, page: AuditPageRequest): Promise<AuditPage>;
}

/** The page out of rows in the order of the walk, of which one more than the limit was read. */
export function auditPage(page: AuditPageRequest, walked: readonly AuditEntry[]): AuditPage {
  const entries = walked.slice(0, page.limit);
  return {
    entries: page.cursor?.kind === 'ending_before' ? entries.reverse() : entries,
    hasMore: walked.length > page.limit,
  };
}
