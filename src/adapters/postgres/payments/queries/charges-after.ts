import type { Pool } from 'pg';
import type { ChargeId } from '../../../../core/kernel';
import type { ChargeRow } from '../../../../core/payments';
import { type ChargeRecord, chargeColumns, toChargeRow } from './charge-record';

const text = `SELECT ${chargeColumns} FROM payments.charges c WHERE c.charge_id > $1 ORDER BY c.charge_id LIMIT $2`;

/** The next charges of all tenants in the order of their ids. */
export async function chargesAfter(
  pool: Pool,
  after: ChargeId | null,
  limit: number,
): Promise<readonly ChargeRow[]> {
  // Every id sorts after the empty text.
  const result = await pool.query<ChargeRecord>({
    name: 'payments-charges-after',
    text,
    values: [after ?? '', limit],
  });
  return result.rows.map(toChargeRow);
}
