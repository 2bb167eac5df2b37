import type { Pool } from 'pg';
import type { RefundId, TenantId } from '../../../../core/kernel';
import type { RefundRow } from '../../../../core/payments';
import { type RefundRecord, refundColumns, toRefundRow } from './refund-record';

const text = `SELECT ${refundColumns} FROM payments.refunds r WHERE r.refund_id = $1 AND r.tenant = $2`;

export async function findRefund(
  pool: Pool,
  tenant: TenantId,
  refundId: RefundId,
): Promise<RefundRow | null> {
  const result = await pool.query<RefundRecord>({
    name: 'payments-find-refund',
    text,
    values: [refundId, tenant],
  });
  return result.rows.map(toRefundRow)[0] ?? null;
}
