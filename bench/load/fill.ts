import type { Client } from 'pg';
import { type MerchantId, tenantOf } from '../../src/core/kernel';
import { accountIdOf } from '../../src/core/ledger';

/** Whose books are filled. */
export const filledTenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);
export const filledAccount = accountIdOf({ tenant: filledTenant, code: 'merchant_payable', currency: 'EUR' });

const startMs = Date.UTC(2026, 0, 1);
/** One event a millisecond: ten million are less than three hours. */
const asTime = (event: string) => `to_timestamp(${String(startMs)} / 1000.0 + ${event} / 1000.0)`;
export const timeInTheMiddle = startMs + 500_000;

/** Three events for each charge: created, authorized, captured. */
const eventsPerCharge = 3;
const chunkEvents = 300_000;

/** Made from the number of the charge alone, so that filling can go on where it stopped. */
const charge = `'ch_' || lpad(n::text, 26, '0')`;

const statements: Readonly<Record<string, string>> = {
  events: `
    INSERT INTO journal.events
      (partition, position, tenant, stream, version, type, schema_version, data, metadata, recorded_at)
    SELECT 1, (SELECT position FROM journal.heads WHERE partition = 1) + (n - $1) * 3 + v, $3, 'charge-' || ${charge}, v,
      (ARRAY['ChargeCreated', 'ChargeAuthorized', 'ChargeCaptured'])[v], 1,
      '{"amount":{"amountMinor":"1999","currency":"EUR"},"paymentToken":"tok_visa","captureMethod":"automatic"}',
      '{"actor":"bench","correlationId":"bench"}', ${asTime('(n * 3)')}
    FROM generate_series($1::bigint, $2::bigint) AS n, generate_series(1, 3) AS v`,
  charges: `
    INSERT INTO payments.charges (charge_id, tenant, status, currency, amount_minor, metadata, created_at, state)
    SELECT ${charge}, $3, 'succeeded', 'EUR', 1999, '{}', ${asTime('(n * 3)')}, jsonb_build_object(
      'tenant', $3, 'version', 3, 'charge', jsonb_build_object('status', 'succeeded', 'captures', '[]'::jsonb,
        'refunds', '[]'::jsonb, 'pspReference', 'pi_' || n, 'cancellation', null, 'card', null,
        'captured', jsonb_build_object('amountMinor', jsonb_build_object('$big', '1999'), 'currency', 'EUR'),
        'terms', jsonb_build_object('chargeId', ${charge}, 'paymentToken', 'tok_visa', 'captureMethod', 'automatic',
          'description', null, 'customerReference', null, 'statementDescriptor', null, 'metadata', '{}'::jsonb,
          'livemode', false, 'provider', 'stripe', 'returnUrl', null, 'createdAt', n * 3, 'expiresAt', n * 3 + 86400000,
          'amount', jsonb_build_object('amountMinor', jsonb_build_object('$big', '1999'), 'currency', 'EUR'))))
    FROM generate_series($1::bigint, $2::bigint) AS n`,
  transactions: `
    INSERT INTO ledger.transactions
      (id, tenant, event_type, subject, partition, position, effective_at, first_sequence, entry_count)
    SELECT 'txn_' || lpad(n::text, 26, '0'), $3, 'ChargeCaptured', ${charge}, 1, n * 3, ${asTime('(n * 3)')},
      n * 2 - 1, 2
    FROM generate_series($1::bigint, $2::bigint) AS n`,
  entries: `
    INSERT INTO ledger.entries (tenant, sequence, transaction_id, account_id, account_sequence, side, amount,
      balance_before, balance_after, previous_hash, hash)
    SELECT $3, n * 2 - 2 + side, 'txn_' || lpad(n::text, 26, '0'),
      CASE side WHEN 1 THEN replace($4, 'merchant_payable', 'psp_receivable.stripe') ELSE $4 END, n,
      CASE side WHEN 1 THEN 'debit' ELSE 'credit' END, 1999, (n - 1) * 1999, n * 1999,
      decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')
    FROM generate_series($1::bigint, $2::bigint) AS n, generate_series(1, 2) AS side`,
};

/** What was measured in between has appended too: the next chunk goes on after it. */
const moveHead = `
  UPDATE journal.heads SET position = (SELECT max(position) FROM journal.events WHERE partition = 1)
  WHERE partition = 1`;

/** Writes charges' whole lives straight into the stores, so many that the journal has `to` events. */
export async function fillBooks(
  owner: Client,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  for (let from = range.from; from < range.to; from += chunkEvents) {
    const first = Math.floor(from / eventsPerCharge) + 1;
    const last = Math.floor(Math.min(from + chunkEvents, range.to) / eventsPerCharge);
    await owner.query('BEGIN');
    for (const [name, text] of Object.entries(statements)) {
      const values = [first, last, filledTenant, filledAccount];
      await owner.query(text, name === 'entries' ? values : values.slice(0, 3));
    }
    await owner.query(moveHead);
    await owner.query('COMMIT');
  }
  await owner.query(
    `INSERT INTO ledger.accounts (id, tenant, code, currency, balance, account_sequence)
     SELECT $1, $2, 'merchant_payable', 'EUR', max(balance_after), max(account_sequence)
     FROM ledger.entries WHERE account_id = $1
     ON CONFLICT (id) DO UPDATE SET balance = EXCLUDED.balance, account_sequence = EXCLUDED.account_sequence`,
    [filledAccount, filledTenant],
  );
  await owner.query('VACUUM ANALYZE');
}
