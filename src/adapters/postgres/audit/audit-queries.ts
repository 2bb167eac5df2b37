import type { Pool } from 'pg';
import type { AuditQueries } from '../../../core/audit';
import { pageOf, walkLimit } from '../../../core/kernel';
import { hasEntry } from './queries/has-entry';
import { listEntries } from './queries/list-entries';

/** The audit's pages on PostgreSQL: each walks one index in order. */
export const createAuditQueries = (pool: Pool): AuditQueries => ({
  async list(scope, filter, page) {
    return pageOf(page, await listEntries(pool, scope, filter, { ...page, limit: walkLimit(page) }));
  },
  has: (scope, id) => hasEntry(pool, scope, id),
});
