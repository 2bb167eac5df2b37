import type { QueryConfig } from 'pg';
import type { Currency, PageRequest, TenantId } from '../../../../core/kernel';
import type { Metadata, Range } from '../../../../core/payments';

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
  /** What `payments.metadata` calls a row of this table. */
  readonly object: 'charge' | 'refund';
  readonly columns: string;
}

/** A condition that only holds where its value is given. */
export interface OwnCondition {
  readonly value: string | undefined;
  /** The condition in SQL. @param parameter stands for the value */
  readonly holds: (parameter: string) => string;
}

const operators = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/**
 * The statement that walks a tenant's rows in order. Every plan of it can stop at the limit: a filter by
 * metadata walks the index of one pair, and a filter by status walks the index once for each status and
 * merges what it finds, instead of sorting all that match.
 * @param own further conditions, of one table only
 */
export function listStatement(
  table: ListedTable,
  tenant: TenantId,
  filter: CommonFilter,
  own: readonly OwnCondition[],
  walk: Walk,
): QueryConfig {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${String(values.push(value))}`;
  const { alias, columns } = table;
  const source = sourceOf(table, tenant, filter.metadata, parameter);
  const conditions = [...source.conditions];
  for (const { value, holds } of own) if (value !== undefined) conditions.push(holds(parameter(value)));
  if (filter.currency !== undefined) conditions.push(`${alias}.currency = ${parameter(filter.currency)}`);
  for (const [bound, value] of bounds(filter.amountMinor))
    conditions.push(`${alias}.amount_minor ${operators[bound]} ${parameter(value.toString())}::bigint`);
  for (const [bound, value] of bounds(filter.createdAt))
    conditions.push(`${source.time} ${operators[bound]} ${parameter(new Date(value))}::timestamptz`);
  const order = walk.direction === 'older' ? 'DESC' : 'ASC';
  if (walk.from !== null) {
    const isBeyond = walk.direction === 'older' ? '<' : '>';
    const from = `(${parameter(walk.from.createdAt)}::timestamptz, ${parameter(walk.from.id)}::text)`;
    conditions.push(`(${source.time}, ${source.id}) ${isBeyond} ${from}`);
  }
  const limit = parameter(walk.limit);
  const inOrder = (time: string, id: string) => `ORDER BY ${time} ${order}, ${id} ${order} LIMIT ${limit}`;
  if (filter.statuses === undefined) {
    const where = conditions.join(' AND ');
    return {
      text: `SELECT ${columns} FROM ${source.from} WHERE ${where} ${inOrder(source.time, source.id)}`,
      values,
    };
  }
  const where = [...conditions, `${alias}.status = wanted.status`].join(' AND ');
  const statuses = parameter([...new Set(filter.statuses)]);
  const text = `SELECT ${columns} FROM unnest(${statuses}::text[]) AS wanted (status)
    CROSS JOIN LATERAL (SELECT ${alias}.* FROM ${source.from} WHERE ${where} ${inOrder(source.time, source.id)}) ${alias}
    ${inOrder(`${alias}.created_at`, `${alias}.${table.id}`)}`;
  return { text, values };
}

/** Where the rows come from and what their order is made of: the table, or the index of the first metadata pair. */
function sourceOf(
  { name, alias, id, object }: ListedTable,
  tenant: TenantId,
  metadata: Metadata = {},
  parameter: (value: unknown) => string,
): {
  readonly from: string;
  readonly time: string;
  readonly id: string;
  readonly conditions: readonly string[];
} {
  const first = Object.entries(metadata)[0];
  if (first === undefined) {
    return {
      from: `${name} ${alias}`,
      time: `${alias}.created_at`,
      id: `${alias}.${id}`,
      conditions: [`${alias}.tenant = ${parameter(tenant)}`],
    };
  }
  const [key, value] = first;
  return {
    from: `payments.metadata m JOIN ${name} ${alias} ON ${alias}.${id} = m.id`,
    time: 'm.created_at',
    id: 'm.id',
    conditions: [
      `m.tenant = ${parameter(tenant)}`,
      `m.object = '${object}'`,
      `m.key = ${parameter(key)}`,
      `m.value = left(${parameter(value)}, 100)`,
      `${alias}.metadata @> ${parameter(JSON.stringify(metadata))}::jsonb`,
    ],
  };
}

function bounds<Value>(range: Range<Value> | undefined): readonly (readonly [keyof Range<Value>, Value])[] {
  if (range === undefined) return [];
  const { eq, gt, gte, lt, lte } = range;
  return (
    [
      ['eq', eq],
      ['gt', gt],
      ['gte', gte],
      ['lt', lt],
      ['lte', lte],
    ] as const
  ).flatMap(([bound, value]) => (value === undefined ? [] : [[bound, value] as const]));
}
