import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { EntryQuery, LedgerEntry } from '../../../../core/ports';
import { type EntryRow, selectEntries, toEntry } from './entry-row';
import { sequenceAt } from './sequence-at';

/**
 * Entries of a tenant that pass the filters, from the cursor on in its direction, at most `limit`. Only the
 * filters that are set are in the statement, so that each combination gets a plan of its own.
 */
export async function readEntries(
  pool: Pool,
  tenant: TenantId,
  query: EntryQuery,
): Promise<readonly LedgerEntry[]> {
  const { text, values } = statement(tenant, query);
  const result = await pool.query<EntryRow>({ text, values });
  return result.rows.map(toEntry);
}

function statement(
  tenant: TenantId,
  query: EntryQuery,
): { readonly text: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const parameter = (value: unknown, type: string) => `$${values.push(value).toString()}::${type}`;
  const tenantParameter = parameter(tenant, 'text');
  const conditions: string[] = [];
  // An account belongs to one tenant. Asked on the account and not on the entry, the condition leaves the
  // planner no other index than the account's, however many entries the tenant has.
  if (query.accountId === undefined) conditions.push(`e.tenant = ${tenantParameter}`);
  else
    conditions.push(`e.account_id = ${parameter(query.accountId, 'text')} AND a.tenant = ${tenantParameter}`);
  if (query.transactionId !== undefined)
    conditions.push(
      `t.id = ${parameter(query.transactionId, 'text')} AND ${withinTransaction(tenantParameter)}`,
    );
  if (query.subject !== undefined)
    conditions.push(
      `t.subject = ${parameter(query.subject, 'text')} AND ${withinTransaction(tenantParameter)}`,
    );
  if (query.from !== undefined) {
    const timeMs = parameter(query.from, 'bigint');
    conditions.push(`e.sequence > ${sequenceAt({ tenant: tenantParameter, timeMs, comparison: '<' })}`);
  }
  if (query.to !== undefined) {
    const timeMs = parameter(query.to, 'bigint');
    conditions.push(`e.sequence <= ${sequenceAt({ tenant: tenantParameter, timeMs, comparison: '<=' })}`);
  }
  const newer = query.cursor?.direction === 'newer';
  if (query.cursor !== undefined)
    conditions.push(`e.sequence ${newer ? '>' : '<'} ${parameter(query.cursor.sequence, 'bigint')}`);
  const text = `${selectEntries}
  WHERE ${conditions.join('\n    AND ')}
  ORDER BY e.sequence ${newer ? 'ASC' : 'DESC'} LIMIT ${parameter(query.limit, 'bigint')}`;
  return { text, values };
}

/** Finds a transaction's entries by the chain's own index: there is none on `transaction_id`. */
const withinTransaction = (tenant: string): string => `t.tenant = ${tenant}
    AND e.sequence >= t.first_sequence AND e.sequence < t.first_sequence + t.entry_count`;
