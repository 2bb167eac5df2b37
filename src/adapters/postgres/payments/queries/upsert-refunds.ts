import type { ClientBase } from 'pg';
import type { RefundRow } from '../../../../core/payments';
import { int4Array, textArray } from '../../journal/binary-array';

const text = `WITH written AS (
  INSERT INTO payments.refunds (refund_id, charge_id, sequence, tenant, status, currency, amount_minor, reason,
    metadata, livemode, provider, created_at, psp_reference, failure)
  SELECT refund_id, charge_id, sequence, tenant, status, currency, amount_minor::bigint, reason, metadata::jsonb,
    livemode::boolean, provider, created_at::timestamptz, psp_reference, failure::jsonb
  FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
    AS row (refund_id, charge_id, sequence, tenant, status, currency, amount_minor, reason, metadata, livemode,
      provider, created_at, psp_reference, failure)
  ON CONFLICT (refund_id) DO UPDATE
  SET status = excluded.status, psp_reference = excluded.psp_reference, failure = excluded.failure
  RETURNING tenant, refund_id, created_at, metadata
  )
  INSERT INTO payments.metadata (tenant, object, key, value, created_at, id)
  SELECT tenant, 'refund', pair.key, left(pair.value, 100), created_at, refund_id
  FROM written CROSS JOIN LATERAL jsonb_each_text(metadata) AS pair
  ON CONFLICT DO NOTHING`;

/** Writes refunds, new or changed, and what finds them by metadata. Their charges must be there. */
export async function upsertRefunds(client: ClientBase, rows: readonly RefundRow[]): Promise<void> {
  if (rows.length === 0) return;
  const refunds = rows.map((row) => row.refund);
  await client.query({
    name: 'payments-upsert-refunds',
    text,
    values: [
      textArray(refunds.map((refund) => refund.refundId)),
      textArray(rows.map((row) => row.chargeId)),
      int4Array(rows.map((row) => row.sequence)),
      textArray(rows.map((row) => row.tenant)),
      textArray(refunds.map((refund) => refund.status)),
      textArray(refunds.map((refund) => refund.amount.currency)),
      textArray(refunds.map((refund) => refund.amount.amountMinor.toString())),
      textArray(refunds.map((refund) => refund.reason)),
      textArray(refunds.map((refund) => JSON.stringify(refund.metadata))),
      textArray(rows.map((row) => String(row.livemode))),
      textArray(rows.map((row) => row.provider)),
      textArray(refunds.map((refund) => new Date(refund.createdAt).toISOString())),
      textArray(refunds.map((refund) => refund.pspReference)),
      textArray(refunds.map((refund) => (refund.failure === null ? null : JSON.stringify(refund.failure)))),
    ],
  });
}
