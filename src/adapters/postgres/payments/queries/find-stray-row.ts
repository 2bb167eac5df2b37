import type { Pool } from 'pg';

// What finds an object by its metadata is compared here with the object itself, which was compared with the journal.
const text = `WITH owed AS (
    SELECT c.tenant, 'charge' AS object, pair.key, left(pair.value, 100) AS value, c.created_at, c.charge_id AS id
    FROM payments.charges c CROSS JOIN LATERAL jsonb_each_text(c.metadata) AS pair
    UNION ALL
    SELECT r.tenant, 'refund', pair.key, left(pair.value, 100), r.created_at, r.refund_id
    FROM payments.refunds r CROSS JOIN LATERAL jsonb_each_text(r.metadata) AS pair
  )
  (SELECT 'refund' AS kind, r.refund_id AS id, 'row' AS field, 'a row' AS stored, 'none, its charge ' || r.charge_id || ' is missing' AS expected
   FROM payments.refunds r
   WHERE NOT EXISTS (SELECT FROM payments.charges c WHERE c.charge_id = r.charge_id)
   ORDER BY r.refund_id LIMIT 1)
  UNION ALL
  (SELECT o.object, o.id, 'metadata index', 'no row for ' || o.key, o.key || ' = ' || o.value
   FROM (SELECT * FROM owed EXCEPT SELECT tenant, object, key, value, created_at, id FROM payments.metadata) o
   ORDER BY o.id, o.key LIMIT 1)
  UNION ALL
  (SELECT m.object, m.id, 'metadata index', m.key || ' = ' || m.value, 'no such row'
   FROM (SELECT tenant, object, key, value, created_at, id FROM payments.metadata EXCEPT SELECT * FROM owed) m
   ORDER BY m.id, m.key LIMIT 1)
  LIMIT 1`;

export interface StrayRow {
  readonly kind: 'charge' | 'refund';
  readonly id: string;
  readonly field: string;
  readonly stored: string;
  readonly expected: string;
}

/** A refund without its charge, or an entry of the metadata index that its object does not have, or lacks. */
export async function findStrayRow(pool: Pool): Promise<StrayRow | null> {
  const result = await pool.query<StrayRow>(text);
  return result.rows[0] ?? null;
}
