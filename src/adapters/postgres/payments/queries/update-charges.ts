import type { ClientBase } from 'pg';
import { assert } from '../../../../core/kernel';
import type { ChargeRow } from '../../../../core/payments';
import { int4Array, textArray } from '../../journal/binary-array';
import { cancellationOf, capturesJson, failureJson, nextActionJson, pspReferenceOf } from './charge-state';

// The terms of a charge never change, so they are not sent again.
const text = `UPDATE payments.charges c
  SET version = row.version, status = row.status, captured_minor = row.captured_minor::bigint,
    captures = row.captures::jsonb, psp_reference = row.psp_reference, cancellation = row.cancellation,
    failure = row.failure::jsonb, next_action = row.next_action::jsonb
  FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[]) AS row (charge_id, version, status, captured_minor, captures, psp_reference, cancellation, failure,
      next_action)
  WHERE c.charge_id = row.charge_id`;

/** Brings the rows of charges that exist to their new state. */
export async function updateCharges(client: ClientBase, rows: readonly ChargeRow[]): Promise<void> {
  if (rows.length === 0) return;
  const charges = rows.map((row) => row.charge);
  const result = await client.query({
    name: 'payments-update-charges',
    text,
    values: [
      textArray(charges.map((charge) => charge.terms.chargeId)),
      int4Array(rows.map((row) => row.version)),
      textArray(charges.map((charge) => charge.status)),
      textArray(charges.map((charge) => charge.captured.amountMinor.toString())),
      textArray(charges.map(capturesJson)),
      textArray(charges.map(pspReferenceOf)),
      textArray(charges.map(cancellationOf)),
      textArray(charges.map(failureJson)),
      textArray(charges.map(nextActionJson)),
    ],
  });
  assert(result.rowCount === rows.length, 'every charge that was loaded is still there');
}
