import type { Pool } from 'pg';
import { type AuditQueries, auditPage } from '../../../core/audit';
import { listEntries } from './queries/list-entries';

/** The audit's pages on PostgreSQL: each walks one index in order. */
export const createAuditQueries = (pool: Pool): AuditQueries => ({
  async list(scope, filter, page) {
    // One more than asked tells whether there is a next page.
    return auditPage(page, await listEntries(pool, scope, filter, { ...page, limit: page.limit + 1 }));
  },
});
