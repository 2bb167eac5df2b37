import type { Pool } from 'pg';
import type { ChargeId, TenantId } from '../../../../core/kernel';
import type { ChargeRow } from '../../../../core/payments';
import { type ChargeRecord, chargeColumns, toChargeRow } from './charge-record';

const text = `SELECT ${chargeColumns} FROM payments.charges c WHERE c.charge_id = ANY ($1::text[]) AND c.tenant = $2`;

/** Those of these charges that the tenant has. */
export async function findCharges(
  pool: Pool,
  tenant: TenantId,
  chargeIds: readonly ChargeId[],
): Promise<readonly ChargeRow[]> {
  const result = await pool.query<ChargeRecord>({
    name: 'payments-find-charges',
    text,
    values: [chargeIds, tenant],
  });
  return result.rows.map(toChargeRow);
}
