import type { ClientBase } from 'pg';
import type { ChargeRow } from '../../../../core/payments';
import { int4Array, textArray } from '../../journal/binary-array';
import { cancellationOf, capturesJson, failureJson, nextActionJson, pspReferenceOf } from './charge-state';

const text = `WITH created AS (
  INSERT INTO payments.charges (charge_id, tenant, version, status, currency, amount_minor, captured_minor,
    capture_method, payment_token, description, customer_reference, statement_descriptor, metadata, livemode,
    provider, created_at, captures, psp_reference, cancellation, failure, next_action)
  SELECT charge_id, tenant, version, status, currency, amount_minor::bigint, captured_minor::bigint,
    capture_method, payment_token, description, customer_reference, statement_descriptor, metadata::jsonb,
    livemode::boolean, provider, created_at::timestamptz, captures::jsonb, psp_reference, cancellation, failure::jsonb,
    next_action::jsonb
  FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::text[], $20::text[], $21::text[])
    AS row (charge_id, tenant, version, status, currency, amount_minor, captured_minor, capture_method, payment_token,
      description, customer_reference, statement_descriptor, metadata, livemode, provider, created_at, captures,
      psp_reference, cancellation, failure, next_action)
  RETURNING tenant, charge_id, created_at, metadata
  )
  INSERT INTO payments.metadata (tenant, object, key, value, created_at, id)
  SELECT tenant, 'charge', pair.key, left(pair.value, 100), created_at, charge_id
  FROM created CROSS JOIN LATERAL jsonb_each_text(metadata) AS pair`;

/** Writes the rows of charges that are new, and what finds them by metadata. */
export async function insertCharges(client: ClientBase, rows: readonly ChargeRow[]): Promise<void> {
  if (rows.length === 0) return;
  const charges = rows.map((row) => row.charge);
  const terms = charges.map((charge) => charge.terms);
  await client.query({
    name: 'payments-insert-charges',
    text,
    values: [
      textArray(terms.map((term) => term.chargeId)),
      textArray(rows.map((row) => row.tenant)),
      int4Array(rows.map((row) => row.version)),
      textArray(charges.map((charge) => charge.status)),
      textArray(terms.map((term) => term.amount.currency)),
      textArray(terms.map((term) => term.amount.amountMinor.toString())),
      textArray(charges.map((charge) => charge.captured.amountMinor.toString())),
      textArray(terms.map((term) => term.captureMethod)),
      textArray(terms.map((term) => term.paymentToken)),
      textArray(terms.map((term) => term.description)),
      textArray(terms.map((term) => term.customerReference)),
      textArray(terms.map((term) => term.statementDescriptor)),
      textArray(terms.map((term) => JSON.stringify(term.metadata))),
      textArray(terms.map((term) => String(term.livemode))),
      textArray(terms.map((term) => term.provider)),
      textArray(terms.map((term) => new Date(term.createdAt).toISOString())),
      textArray(charges.map(capturesJson)),
      textArray(charges.map(pspReferenceOf)),
      textArray(charges.map(cancellationOf)),
      textArray(charges.map(failureJson)),
      textArray(charges.map(nextActionJson)),
    ],
  });
}
