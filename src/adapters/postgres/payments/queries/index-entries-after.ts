import type { Pool } from 'pg';

/** The primary key of an entry of the metadata index: tenant, object, key, value, time, id. */
export type IndexPlace = readonly [string, string, string, string, string, string];

export const beforeTheIndex: IndexPlace = ['', '', '', '', '-infinity', ''];

export interface IndexEntry {
  readonly place: IndexPlace;
  readonly object: 'charge' | 'refund';
  readonly id: string;
  readonly key: string;
  readonly value: string;
  /** Whether the object that it leads to has this in its metadata. */
  readonly isOwed: boolean;
}

const owes = (object: 'charge' | 'refund') => `
      SELECT o.tenant = m.tenant AND o.created_at = m.created_at AND left(o.metadata ->> m.key, 100) = m.value
      FROM payments.${object}s o WHERE o.${object}_id = m.id`;

const text = `
  SELECT ARRAY[m.tenant, m.object, m.key, m.value, m.created_at::text, m.id] AS place, m.object, m.id, m.key, m.value,
    COALESCE(CASE m.object WHEN 'charge' THEN (${owes('charge')}) ELSE (${owes('refund')}) END, false) AS "isOwed"
  FROM payments.metadata m
  WHERE (m.tenant, m.object, m.key, m.value, m.created_at, m.id) > ($1, $2, $3, $4, $5::timestamptz, $6)
  ORDER BY m.tenant, m.object, m.key, m.value, m.created_at, m.id LIMIT $7`;

/** The next entries of the metadata index, in its order. */
export async function indexEntriesAfter(
  pool: Pool,
  after: IndexPlace,
  limit: number,
): Promise<readonly IndexEntry[]> {
  const result = await pool.query<IndexEntry>({
    name: 'payments-index-entries-after',
    text,
    values: [...after, limit],
  });
  return result.rows;
}
