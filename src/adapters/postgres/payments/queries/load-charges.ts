import type { ClientBase } from 'pg';
import type { ChargeId } from '../../../../core/kernel';
import type { ChargeRow } from '../../../../core/payments';
import { textArray } from '../../journal/binary-array';
import { type ChargeRecord, chargeColumns, toChargeRow } from './charge-record';

const text = `SELECT ${chargeColumns} FROM payments.charges c WHERE c.charge_id = ANY ($1::text[])`;

/** The rows of these charges, with every refund; those that do not exist are absent. */
export async function loadCharges(
  client: ClientBase,
  chargeIds: readonly ChargeId[],
): Promise<ReadonlyMap<ChargeId, ChargeRow>> {
  if (chargeIds.length === 0) return new Map();
  const result = await client.query<ChargeRecord>({
    name: 'payments-load-charges',
    text,
    values: [textArray(chargeIds)],
  });
  return new Map(result.rows.map(toChargeRow).map((row) => [row.charge.terms.chargeId, row]));
}
