import type { Pool } from 'pg';
import type { ChargeId } from '../../../../core/kernel';

const text = `SELECT c.charge_id AS id FROM payments.charges c WHERE c.charge_id > $1 ORDER BY c.charge_id LIMIT $2`;

/** The ids of the next charges of all tenants, in their order. */
export async function chargeIdsAfter(
  pool: Pool,
  after: ChargeId | null,
  limit: number,
): Promise<readonly ChargeId[]> {
  // Every id sorts after the empty text.
  const result = await pool.query<{ id: ChargeId }>({
    name: 'payments-charge-ids-after',
    text,
    values: [after ?? '', limit],
  });
  return result.rows.map(({ id }) => id);
}
