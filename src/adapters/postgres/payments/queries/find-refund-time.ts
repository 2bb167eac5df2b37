import type { Pool } from 'pg';
import type { RefundId, TenantId } from '../../../../core/kernel';

const text = 'SELECT created_at FROM payments.refunds WHERE refund_id = $1 AND tenant = $2';

/** When a refund was created, which says where it stands in a list; null when the tenant has none such. */
export async function findRefundTime(pool: Pool, tenant: TenantId, refundId: RefundId): Promise<Date | null> {
  const result = await pool.query<{ created_at: Date }>({
    name: 'payments-find-refund-time',
    text,
    values: [refundId, tenant],
  });
  return result.rows[0]?.created_at ?? null;
}
