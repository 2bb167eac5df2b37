import type { Pool } from 'pg';
import {
  type AuditEntry,
  type AuditFilter,
  type AuditId,
  type AuditScope,
  timePrefix,
} from '../../../../core/audit';
import type { PageRequest } from '../../../../core/kernel';
import { type DoneRow, type RefusedRow, entryColumns, toEntry } from './entry-row';

/**
 * Entries that pass the filters, from the cursor on in its direction, at most `limit`. Only the filters that
 * are set are in the statement, so that each combination gets a plan of its own.
 */
export async function listEntries(
  pool: Pool,
  scope: AuditScope,
  filter: AuditFilter,
  page: PageRequest<AuditId>,
): Promise<readonly AuditEntry[]> {
  const { text, values } = statement(scope, filter, page);
  const result = await pool.query<DoneRow | RefusedRow>({ text, values });
  return result.rows.map(toEntry);
}

function statement(
  scope: AuditScope,
  filter: AuditFilter,
  page: PageRequest<AuditId>,
): { readonly text: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const parameter = (value: unknown, type: string) => `$${values.push(value).toString()}::${type}`;
  const conditions: string[] = [];
  const equal = (column: string, value: string | undefined) => {
    if (value !== undefined) conditions.push(`${column} = ${parameter(value, 'text')}`);
  };
  equal('tenant', scope.kind === 'tenant' ? scope.tenant : undefined);
  equal('actor', filter.actor);
  equal('action', filter.action);
  equal('outcome', filter.outcome);
  equal('correlation_id', filter.correlationId);
  // An id begins with its time, so the range of time is one of the primary key and of every other index.
  if (filter.from !== undefined) conditions.push(`id >= ${parameter(prefixFrom(filter.from), 'text')}`);
  if (filter.to !== undefined) conditions.push(`id < ${parameter(prefixFrom(filter.to + 1), 'text')}`);
  // Refusals are few, and their index is partial: the planner has to read that it may use it.
  if (filter.outcome !== undefined && filter.outcome !== 'done') conditions.push("outcome <> 'done'");
  const newer = page.cursor?.kind === 'ending_before';
  if (page.cursor !== undefined)
    conditions.push(`id ${newer ? '>' : '<'} ${parameter(page.cursor.id, 'text')}`);
  const order = `ORDER BY id ${newer ? 'ASC' : 'DESC'} LIMIT ${parameter(page.limit, 'bigint')}`;
  const select = (more: readonly string[]) =>
    `SELECT ${entryColumns} FROM audit.entries ${where([...conditions, ...more])} ${order}`;
  if (filter.subject === undefined) return { text: select([]), values };
  // Each half walks its own index in order; an OR would have to read and sort all that match.
  const subject = parameter(filter.subject, 'text');
  const text = `(${select([`subject = ${subject}`])}) UNION ALL (${select([`part = ${subject}`])}) ${order}`;
  return { text, values };
}

/** No entry is older than the epoch, so that an earlier bound is the epoch. */
const prefixFrom = (epochMs: number): AuditId => timePrefix(Math.max(0, epochMs));

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
