import type { Pool } from 'pg';
import { type Json, type TenantId, accept, fromRowJson, pageOf, walkLimit } from '../../../core/kernel';
import { type ReadTable, type RowQueries, refuseCursor } from '../../../core/ports';
import { type Walk, directionOf, listStatement } from './list-statement';

/** Lists and finds the rows of one table; a page is at most two statements. */
export function createRowQueries<Row>(
  pool: Pool,
  schema: string,
  table: Pick<ReadTable<never>, 'name' | 'key' | 'object'>,
): RowQueries<Row> {
  const place = `${schema}.${table.name}`;
  const rowsIn = ({ rows }: { readonly rows: readonly { readonly state: Json }[] }): readonly Row[] =>
    rows.map(({ state }) => fromRowJson(state) as Row);

  /** When a row was created, which says where it stands in a list; null when the tenant has none such. */
  async function timeOf(tenant: TenantId, id: string): Promise<Date | null> {
    const found = await pool.query<{ created_at: Date }>({
      name: `${schema}-time-of-${table.name}`,
      text: `SELECT created_at FROM ${place} WHERE ${table.key} = $1 AND tenant = $2`,
      values: [id, tenant],
    });
    return found.rows[0]?.created_at ?? null;
  }

  return {
    async list(tenant, filter, page) {
      const { cursor } = page;
      let from: Walk['from'] = null;
      if (cursor !== undefined) {
        const createdAt = await timeOf(tenant, cursor.id);
        if (createdAt === null) return refuseCursor(cursor);
        from = { createdAt, id: cursor.id };
      }
      const walk = { direction: directionOf(page), from, limit: walkLimit(page) };
      const found = await pool.query<{ state: Json }>(listStatement(schema, table, tenant, filter, walk));
      return accept(pageOf(page, rowsIn(found)));
    },
    async find(tenant, ids) {
      const found = await pool.query<{ state: Json }>({
        name: `${schema}-find-${table.name}`,
        text: `SELECT state FROM ${place} WHERE ${table.key} = ANY ($1::text[]) AND tenant = $2`,
        values: [ids, tenant],
      });
      return rowsIn(found);
    },
  };
}
