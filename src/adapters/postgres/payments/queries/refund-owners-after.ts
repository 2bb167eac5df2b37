import type { Pool } from 'pg';

export interface RefundOwner {
  readonly refundId: string;
  readonly chargeId: string;
  /** Whether there is such a charge. */
  readonly isThere: boolean;
}

const text = `
  SELECT r.refund_id AS "refundId", r.charge_id AS "chargeId",
    EXISTS (SELECT FROM payments.charges c WHERE c.charge_id = r.charge_id) AS "isThere"
  FROM payments.refunds r WHERE r.refund_id > $1 ORDER BY r.refund_id LIMIT $2`;

/** The next refunds of all tenants in the order of their ids, each with the charge that it speaks of. */
export async function refundOwnersAfter(
  pool: Pool,
  after: string,
  limit: number,
): Promise<readonly RefundOwner[]> {
  const result = await pool.query<RefundOwner>({
    name: 'payments-refund-owners-after',
    text,
    values: [after, limit],
  });
  return result.rows;
}
