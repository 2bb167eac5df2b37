import type { Pool } from 'pg';

/** An object whose metadata index lacks an entry. */
export interface Unindexed {
  readonly id: string;
  readonly key: string;
  readonly value: string;
}

const tables = { charge: 'payments.charges', refund: 'payments.refunds' } as const;
type IndexedObject = keyof typeof tables;

/** One probe of the primary key for each pair, whatever the planner thinks of their number. */
const textFor = (object: IndexedObject) => `
  SELECT o.${object}_id AS id, pair.key, left(pair.value, 100) AS value
  FROM ${tables[object]} o CROSS JOIN LATERAL jsonb_each_text(o.metadata) AS pair
  WHERE o.${object}_id = ANY ($1::text[]) AND (
    SELECT true FROM payments.metadata m
    WHERE m.tenant = o.tenant AND m.object = '${object}' AND m.key = pair.key
      AND m.value = left(pair.value, 100) AND m.created_at = o.created_at AND m.id = o.${object}_id
    LIMIT 1
  ) IS NULL
  ORDER BY 1, 2 LIMIT 1`;

/** The first of these objects that cannot be found by some part of its metadata; null when each can. */
export async function findUnindexed(
  pool: Pool,
  object: IndexedObject,
  ids: readonly string[],
): Promise<Unindexed | null> {
  const result = await pool.query<Unindexed>({
    name: `payments-find-unindexed-${object}`,
    text: textFor(object),
    values: [ids],
  });
  return result.rows[0] ?? null;
}
