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
  const own = [
    { value: filter.chargeId, holds: (charge: string) => `r.charge_id = ${charge}` },
    { value: filter.customerReference, holds: isOfCustomer },
  ];
  const result = await pool.query<RefundRecord>(listStatement(table, tenant, filter, own, walk));
  return result.rows.map(toRefundRow);
}

/** Through the customer's charges, which are few beside a merchant's refunds. */
const isOfCustomer = (customer: string): string => `r.charge_id IN (
  SELECT c.charge_id FROM payments.charges c WHERE c.tenant = r.tenant AND c.customer_reference = ${customer})`;
