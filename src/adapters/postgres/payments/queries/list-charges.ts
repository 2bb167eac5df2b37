import type { Pool } from 'pg';
import type { TenantId } from '../../../../core/kernel';
import type { ChargeFilter, ChargeRow } from '../../../../core/payments';
import { type ChargeRecord, chargeColumns, toChargeRow } from './charge-record';
import { type ListedTable, type Walk, listStatement } from './list-statement';

const table: ListedTable = {
  name: 'payments.charges',
  alias: 'c',
  id: 'charge_id',
  object: 'charge',
  columns: chargeColumns,
};

/** A tenant's charges, nearest to the walk's beginning first. */
export async function listCharges(
  pool: Pool,
  tenant: TenantId,
  filter: ChargeFilter,
  walk: Walk,
): Promise<readonly ChargeRow[]> {
  const own = [
    { value: filter.customerReference, holds: (customer: string) => `c.customer_reference = ${customer}` },
  ];
  const result = await pool.query<ChargeRecord>(listStatement(table, tenant, filter, own, walk));
  return result.rows.map(toChargeRow);
}
