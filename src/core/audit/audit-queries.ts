import type { Page, PageRequest, TenantId } from '../kernel';
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

/**
 * Who did what, and when. Effects appear when the audit's reader has come to them, refusals when their batch
 * is written: both within moments. Entries never change, so a cursor stays valid; its id need not exist.
 *
 * Order: newest first, by the id, which begins with the time.
 */
export interface AuditQueries {
  list(scope: AuditScope, filter: AuditFilter, page: PageRequest<AuditId>): Promise<Page<AuditEntry>>;
  /** Whether the scope has an entry with this id. */
  has(scope: AuditScope, id: AuditId): Promise<boolean>;
}
