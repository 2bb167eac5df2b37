import type { Pool } from 'pg';
import { type ChargeId, InvariantViolation } from '../../../../core/kernel';
import type { ChargeRow, RefundRow, StoredCharge } from '../../../../core/payments';
import { inTransaction } from '../../pool';
import { type ChargeRecord, chargeColumns, toChargeRow } from './charge-record';
import { type RefundRecord, refundColumns, toRefundRow } from './refund-record';

const chargesText = `SELECT ${chargeColumns} FROM payments.charges c WHERE c.charge_id = ANY ($1::text[])`;
const refundsText = `SELECT ${refundColumns} FROM payments.refunds r WHERE r.charge_id = ANY ($1::text[]) ORDER BY r.charge_id, r.sequence`;

/** The rows of these charges and of their refunds as of one moment; a charge without a row is absent. */
export async function readStoredCharges(
  pool: Pool,
  chargeIds: readonly ChargeId[],
): Promise<ReadonlyMap<ChargeId, StoredCharge>> {
  return inTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const charges = await client.query<ChargeRecord>(chargesText, [chargeIds]);
    const refunds = await client.query<RefundRecord>(refundsText, [chargeIds]);
    const refundsOf = new Map<ChargeId, RefundRow[]>();
    for (const record of refunds.rows) {
      const row = readable(record.refund_id, () => toRefundRow(record));
      const known = refundsOf.get(row.chargeId);
      if (known === undefined) refundsOf.set(row.chargeId, [row]);
      else known.push(row);
    }
    return new Map(
      charges.rows.map((record) => {
        const row: ChargeRow = readable(record.charge_id, () => toChargeRow(record));
        const { chargeId } = row.charge.terms;
        return [chargeId, { row, refunds: refundsOf.get(chargeId) ?? [] }];
      }),
    );
  });
}

/** A row that cannot be read at all still has to be found by its id. */
function readable<Row>(id: string, read: () => Row): Row {
  try {
    return read();
  } catch (error) {
    throw new InvariantViolation(
      `the row of ${id} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
