import type { QueryConfig } from 'pg';
import type { Currency, TenantId } from '../../../../core/kernel';
import type { Metadata, PageRequest, Range } from '../../../../core/payments';

/** What charges and refunds can both be filtered by; their tables use the same column names. */
export interface CommonFilter {
  readonly statuses?: readonly string[];
  readonly createdAt?: Range<number>;
  readonly amountMinor?: Range<bigint>;
  readonly currency?: Currency;
  readonly metadata?: Metadata;
}

/** Where a walk begins and which way it goes. */
export interface Walk {
  readonly direction: 'older' | 'newer';
  /** The row that the walk leaves behind; null begins at the newest. */
  readonly from: { readonly createdAt: Date; readonly id: string } | null;
  readonly limit: number;
}

export const directionOf = (page: PageRequest<string>): Walk['direction'] =>
  page.cursor?.kind === 'ending_before' ? 'newer' : 'older';

export interface ListedTable {
  readonly name: 'payments.charges' | 'payments.refunds';
  readonly alias: 'c' | 'r';
  readonly id: 'charge_id' | 'refund_id';
  readonly columns: string;
}

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/**
 * The statement that walks a tenant's rows in order. Every plan of it stops at the limit: a filter by status
 * walks the index once for each status and merges what it finds, instead of sorting all that match.
 * @param own further conditions, of one table only: a column and the value that it equals
 */
export function listStatement(
  table: ListedTable,
  tenant: TenantId,
  filter: CommonFilter,
  own: readonly { readonly column: string; readonly value: string | undefined }[],
  walk: Walk,
): QueryConfig {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${String(values.push(value))}`;
  const { name, alias, id, columns } = table;
  const conditions = [`${alias}.tenant = ${parameter(tenant)}`];
  for (const { column, value } of own)
    if (value !== undefined) conditions.push(`${alias}.${column} = ${parameter(value)}`);
  if (filter.currency !== undefined) conditions.push(`${alias}.currency = ${parameter(filter.currency)}`);
  if (filter.metadata !== undefined)
    conditions.push(`${alias}.metadata @> ${parameter(JSON.stringify(filter.metadata))}::jsonb`);
  for (const [bound, value] of bounds(filter.amountMinor))
    conditions.push(`${alias}.amount_minor ${operators[bound]} ${parameter(value.toString())}::bigint`);
  for (const [bound, value] of bounds(filter.createdAt))
    conditions.push(`${alias}.created_at ${operators[bound]} ${parameter(new Date(value))}::timestamptz`);
  if (walk.from !== null) {
    const isBeyond = walk.direction === 'older' ? '<' : '>';
    conditions.push(
      `(${alias}.created_at, ${alias}.${id}) ${isBeyond} (${parameter(walk.from.createdAt)}::timestamptz, ${parameter(walk.from.id)}::text)`,
    );
  }
  const order = walk.direction === 'older' ? 'DESC' : 'ASC';
  const inOrder = `ORDER BY ${alias}.created_at ${order}, ${alias}.${id} ${order} LIMIT ${parameter(walk.limit)}`;
  if (filter.statuses === undefined) {
    const where = conditions.join(' AND ');
    return { text: `SELECT ${columns} FROM ${name} ${alias} WHERE ${where} ${inOrder}`, values };
  }
  const where = [...conditions, `${alias}.status = wanted.status`].join(' AND ');
  const statuses = parameter([...new Set(filter.statuses)]);
  const text = `SELECT ${columns} FROM unnest(${statuses}::text[]) AS wanted (status)
    CROSS JOIN LATERAL (SELECT * FROM ${name} ${alias} WHERE ${where} ${inOrder}) ${alias} ${inOrder}`;
  return { text, values };
}

function bounds<Value>(range: Range<Value> | undefined): readonly (readonly [keyof Range<Value>, Value])[] {
  if (range === undefined) return [];
  const { gt, gte, lt, lte } = range;
  return (
    [
      ['gt', gt],
      ['gte', gte],
      ['lt', lt],
      ['lte', lte],
    ] as const
  ).flatMap(([bound, value]) => (value === undefined ? [] : [[bound, value] as const]));
}
