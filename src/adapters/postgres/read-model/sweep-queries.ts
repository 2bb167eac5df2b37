import type { Pool } from 'pg';

/** A table that a sweep walks: its schema and name, the column of its ids, and what its rows are. */
export interface SweptTable {
  readonly schema: string;
  readonly name: string;
  readonly key: string;
  readonly object: string;
}

/** The next rows of all tenants, in the order of their ids, each with what `column` holds; `''` begins at the first. */
export async function rowsAfter(
  pool: Pool,
  { schema, name, key }: SweptTable,
  column: string,
  after: string,
  limit: number,
): Promise<readonly { readonly id: string; readonly subject: string }[]> {
  const found = await pool.query<{ id: string; subject: string }>({
    name: `${schema}-rows-after-${name}`,
    text: `SELECT ${key} AS id, ${column} AS subject FROM ${schema}.${name} WHERE ${key} > $1 ORDER BY ${key} LIMIT $2`,
    values: [after, limit],
  });
  return found.rows;
}

export interface OwnedRow {
  readonly id: string;
  readonly owner: string;
  /** Whether the row that implies this one is there. */
  readonly isOwned: boolean;
}

/** The next rows of a part, each with the row that implies it. */
export async function ownedRowsAfter(
  pool: Pool,
  { schema, name, key }: SweptTable,
  owner: { readonly column: string; readonly table: SweptTable },
  after: string,
  limit: number,
): Promise<readonly OwnedRow[]> {
  const found = await pool.query<OwnedRow>({
    name: `${schema}-owned-after-${name}`,
    text: `SELECT p.${key} AS id, p.${owner.column} AS owner,
        EXISTS (SELECT FROM ${schema}.${owner.table.name} o WHERE o.${owner.table.key} = p.${owner.column}) AS "isOwned"
      FROM ${schema}.${name} p WHERE p.${key} > $1 ORDER BY p.${key} LIMIT $2`,
    values: [after, limit],
  });
  return found.rows;
}

/** A row whose metadata index lacks an entry. */
export interface Unindexed {
  readonly id: string;
  readonly key: string;
  readonly value: string;
}

/** The first of these rows that cannot be found by some part of its metadata; null when each can. */
export async function findUnindexed(
  pool: Pool,
  { schema, name, key, object }: SweptTable,
  ids: readonly string[],
): Promise<Unindexed | null> {
  // One probe of the primary key for each pair, also where the planner expects few pairs.
  const found = await pool.query<Unindexed>({
    name: `${schema}-find-unindexed-${name}`,
    text: `SELECT o.${key} AS id, pair.key, left(pair.value, 100) AS value
      FROM ${schema}.${name} o CROSS JOIN LATERAL jsonb_each_text(o.metadata) AS pair
      WHERE o.${key} = ANY ($1::text[]) AND (
        SELECT true FROM ${schema}.metadata m
        WHERE m.tenant = o.tenant AND m.object = '${object}' AND m.key = pair.key
          AND m.value = left(pair.value, 100) AND m.created_at = o.created_at AND m.id = o.${key}
        LIMIT 1
      ) IS NULL
      ORDER BY 1, 2 LIMIT 1`,
    values: [ids],
  });
  return found.rows[0] ?? null;
}

/** The primary key of an entry of the metadata index: tenant, object, key, value, time, id. */
export type IndexPlace = readonly [string, string, string, string, string, string];

export const beforeTheIndex: IndexPlace = ['', '', '', '', '-infinity', ''];

export interface IndexEntry {
  readonly place: IndexPlace;
  readonly object: string;
  readonly id: string;
  readonly key: string;
  readonly value: string;
  /** Whether the row that it leads to has this in its metadata. */
  readonly isOwed: boolean;
}

/** The next entries of the metadata index, in its order. */
export async function indexEntriesAfter(
  pool: Pool,
  tables: readonly SweptTable[],
  after: IndexPlace,
  limit: number,
): Promise<readonly IndexEntry[]> {
  const schema = tables[0]?.schema ?? '';
  const owes = tables.map(
    ({ name, key, object }) => `WHEN '${object}' THEN (
        SELECT o.tenant = m.tenant AND o.created_at = m.created_at AND left(o.metadata ->> m.key, 100) = m.value
        FROM ${schema}.${name} o WHERE o.${key} = m.id)`,
  );
  const found = await pool.query<IndexEntry>({
    name: `${schema}-index-entries-after`,
    text: `SELECT ARRAY[m.tenant, m.object, m.key, m.value, m.created_at::text, m.id] AS place, m.object, m.id, m.key,
        m.value, COALESCE(CASE m.object ${owes.join(' ')} END, false) AS "isOwed"
      FROM ${schema}.metadata m
      WHERE (m.tenant, m.object, m.key, m.value, m.created_at, m.id) > ($1, $2, $3, $4, $5::timestamptz, $6)
      ORDER BY m.tenant, m.object, m.key, m.value, m.created_at, m.id LIMIT $7`,
    values: [...after, limit],
  });
  return found.rows;
}
