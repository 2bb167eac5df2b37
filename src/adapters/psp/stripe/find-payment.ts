import type Stripe from 'stripe';
import type { ChargeId } from '../../../core/kernel';
import { type PaymentTerms, type PspPayment, PspUnavailable } from '../../../core/ports';
import type { StripeConnection } from './connection';
import { sameAs } from './facts';
import { pspPayment } from './payment-outcome';

/**
 * A payment becomes searchable within a minute as a rule, and up to an hour later during an outage.
 *
 * @source https://docs.stripe.com/search#data-freshness
 */
const searchLagMs = 60 * 60 * 1000;
const pageSize = 100;
/** How far the list is read: where search finds what is older, and where Stripe offers no search. */
const pageLimit = { searchable: 5, unsearchable: 100 } as const;
/** By how much the clocks of FinCore and of Stripe may differ. */
const clockSkewMs = 60 * 60 * 1000;
/** One charge has one payment, unless Stripe had forgotten the key; then the one that took money counts. */
const matchLimit = 10;

export async function findPayment(
  connection: StripeConnection,
  { payment, pspReference }: { readonly payment: PaymentTerms; readonly pspReference?: string },
): Promise<PspPayment | null> {
  const intent =
    pspReference === undefined
      ? await findByCharge(connection, payment)
      : await retrievePayment(connection, { payment, pspReference });
  return intent === null ? null : pspPayment(intent);
}

/** @throws PspContradiction when the payment of this name is not the one that was asked for */
export async function retrievePayment(
  connection: StripeConnection,
  { payment, pspReference }: { readonly payment: PaymentTerms; readonly pspReference: string },
): Promise<Stripe.PaymentIntent | null> {
  const intent = await connection.look(() =>
    connection.stripe.paymentIntents.retrieve(pspReference, { expand: ['latest_charge'] }),
  );
  return intent === null ? null : sameAs(payment, intent);
}

/**
 * A payment whose answer was lost, found by the charge's id in its metadata. Search is exact and lags behind; the
 * list is up to date and long. So search is asked first, then the payments of the last hour are gone through. An account
 * without search is asked for every payment since the charge was accepted.
 *
 * Null may still be wrong while search lags on an account with more than 500 payments since. That is why
 * the caller asks again under the same key, which Stripe answers with the payment it has, and not under another.
 * @throws PspUnavailable where neither a search nor the list can tell
 */
export async function findByCharge(
  connection: StripeConnection,
  payment: PaymentTerms,
): Promise<Stripe.PaymentIntent | null> {
  const found = await searchByCharge(connection, payment.chargeId);
  const references =
    found === null || found.length === 0 ? await listByCharge(connection, payment, found !== null) : found;
  // What search and lists show may be older than the payment itself.
  const intents: Stripe.PaymentIntent[] = [];
  for (const reference of references.slice(0, matchLimit)) {
    const intent = await retrievePayment(connection, { payment, pspReference: reference });
    if (intent !== null) intents.push(intent);
  }
  return intents.sort((one, other) => weightOf(other) - weightOf(one))[0] ?? null;
}

/** @returns null where Stripe offers no search, as to accounts in India */
async function searchByCharge(
  connection: StripeConnection,
  chargeId: ChargeId,
): Promise<readonly string[] | null> {
  const query = `metadata['charge_id']:'${chargeId}'`;
  const answer = await connection.send(() =>
    connection.stripe.paymentIntents.search({ query, limit: matchLimit }),
  );
  if (answer.kind === 'unknown') throw new PspUnavailable(`Stripe did not answer a search: ${answer.reason}`);
  if (answer.kind !== 'answered') return null;
  return answer.value.data.filter(belongsTo(chargeId)).map(({ id }) => id);
}

/** Goes through the newest payments, newest first. */
async function listByCharge(
  connection: StripeConnection,
  { chargeId, createdAt }: PaymentTerms,
  isSearchable: boolean,
): Promise<readonly string[]> {
  const sinceMs = isSearchable ? connection.clock() - searchLagMs : createdAt - clockSkewMs;
  const pages = isSearchable ? pageLimit.searchable : pageLimit.unsearchable;
  const references: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < pages; page++) {
    const parameters: Stripe.PaymentIntentListParams = {
      created: { gte: Math.floor(sinceMs / 1000) },
      limit: pageSize,
      ...(after === null ? {} : { starting_after: after }),
    };
    const recent: Stripe.ApiList<Stripe.PaymentIntent> | null = await connection.look(() =>
      connection.stripe.paymentIntents.list(parameters),
    );
    const matches = recent?.data.filter(belongsTo(chargeId)) ?? [];
    references.push(...matches.map(({ id }) => id));
    const last = recent?.data.at(-1);
    if (recent?.has_more !== true || last === undefined) return references;
    if (isSearchable && references.length > 0) return references;
    after = last.id;
  }
  if (isSearchable || references.length > 0) return references;
  throw new PspUnavailable(
    `Stripe offers no search to this account, and ${chargeId} is none of its newest ${pageLimit.unsearchable * pageSize} payments.`,
  );
}

/** By the id alone, which no other charge has: the name of the installation may have changed since. */
const belongsTo =
  (chargeId: ChargeId) =>
  ({ metadata }: Stripe.PaymentIntent): boolean =>
    metadata.charge_id === chargeId;

/** How much a payment tells: money that moved before money that may, before money that never will. */
function weightOf({ status, amount_received: received }: Stripe.PaymentIntent): number {
  if (received > 0) return 5;
  switch (status) {
    case 'requires_capture':
      return 4;
    case 'processing':
      return 3;
    case 'requires_action':
      return 2;
    case 'canceled':
      return 0;
    default:
      // Its payer can still pay it.
      return 1;
  }
}
