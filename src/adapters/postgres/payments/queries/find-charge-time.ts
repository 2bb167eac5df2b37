import type { Pool } from 'pg';
import type { ChargeId, TenantId } from '../../../../core/kernel';

const text = 'SELECT created_at FROM payments.charges WHERE charge_id = $1 AND tenant = $2';

/** When a charge was created, which says where it stands in a list; null when the tenant has none such. */
export async function findChargeTime(pool: Pool, tenant: TenantId, chargeId: ChargeId): Promise<Date | null> {
  const result = await pool.query<{ created_at: Date }>({
    name: 'payments-find-charge-time',
    text,
    values: [chargeId, tenant],
  });
  return result.rows[0]?.created_at ?? null;
}
