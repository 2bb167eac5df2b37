import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { RefundFilter, RefundRow } from '../../../../core/payments';
import { type ListedTable, type Walk, listStatement } from './list-statement';
import { type RefundRecord, refundColumns, toRefundRow } from './refund-record';

const table: ListedTable = {
  name: 'payments.refunds',
  alias: 'r',
  id: 'refund_id',
  object: 'refund',
  columns: refundColumns,
};

/** A tenant's refunds, nearest to the walk's beginning first. */
export async function listRefunds(
  pool: Pool,
  tenant: TenantId,
  filter: RefundFilter,
  walk: Walk,
): Promise<readonly RefundRow[]> {
  const own = [{ column: 'charge_id', value: filter.chargeId }];
  const result = await pool.query<RefundRecord>(listStatement(table, tenant, filter, own, walk));
  return result.rows.map(toRefundRow);
}
