import type { QueryConfig } from 'pg';
import type { PageRequest, Range, TenantId } from '../../../core/kernel';
import type { ReadTable, RowFilter } from '../../../core/ports';

/** Where a walk begins and which way it goes. */
export interface Walk {
  readonly direction: 'older' | 'newer';
  /** The row that the walk leaves behind; null begins at the newest. */
  readonly from: { readonly createdAt: Date; readonly id: string } | null;
  readonly limit: number;
}

export const directionOf = (page: PageRequest<string>): Walk['direction'] =>
  page.cursor?.kind === 'ending_before' ? 'newer' : 'older';

const operators = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/**
 * The statement that walks a tenant's rows in order. Every plan of it can stop at the limit: a filter by
 * metadata walks the index of one pair, and a filter by one of several values walks the column's index once for each
 * and merges what it finds, instead of sorting all that match.
 */
export function listStatement(
  schema: string,
  table: Pick<ReadTable<never>, 'name' | 'key' | 'object'>,
  tenant: TenantId,
  filter: RowFilter,
  walk: Walk,
): QueryConfig {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${String(values.push(value))}`;
  const source = sourceOf(schema, table, tenant, filter.metadata, parameter);
  const conditions = [...source.conditions];
  for (const [column, value] of Object.entries(filter.equal ?? {}))
    conditions.push(`t.${column} = ${parameter(value)}`);
  for (const [column, range] of Object.entries(filter.within ?? {}))
    for (const [bound, value] of bounds(range))
      conditions.push(`t.${column} ${operators[bound]} ${parameter(value.toString())}::bigint`);
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
  if (filter.oneOf === undefined) {
    const where = conditions.join(' AND ');
    return {
      text: `SELECT t.state FROM ${source.from} WHERE ${where} ${inOrder(source.time, source.id)}`,
      values,
    };
  }
  const where = [...conditions, `t.${filter.oneOf.column} = wanted.value`].join(' AND ');
  const wanted = parameter([...new Set(filter.oneOf.values)]);
  const text = `SELECT t.state FROM unnest(${wanted}::text[]) AS wanted (value)
    CROSS JOIN LATERAL (SELECT t.* FROM ${source.from} WHERE ${where} ${inOrder(source.time, source.id)}) t
    ${inOrder('t.created_at', `t.${table.key}`)}`;
  return { text, values };
}

/** Where the rows come from and what their order is made of: the table, or the index of the first metadata pair. */
function sourceOf(
  schema: string,
  { name, key: idColumn, object }: Pick<ReadTable<never>, 'name' | 'key' | 'object'>,
  tenant: TenantId,
  metadata: Readonly<Record<string, string>> = {},
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
      from: `${schema}.${name} t`,
      time: 't.created_at',
      id: `t.${idColumn}`,
      conditions: [`t.tenant = ${parameter(tenant)}`],
    };
  }
  const [key, value] = first;
  return {
    from: `${schema}.metadata m JOIN ${schema}.${name} t ON t.${idColumn} = m.id`,
    time: 'm.created_at',
    id: 'm.id',
    conditions: [
      `m.tenant = ${parameter(tenant)}`,
      `m.object = '${object}'`,
      `m.key = ${parameter(key)}`,
      `m.value = left(${parameter(value)}, 100)`,
      `t.metadata @> ${parameter(JSON.stringify(metadata))}::jsonb`,
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
