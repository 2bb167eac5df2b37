import type Stripe from 'stripe';
import {
  type AtPspRequest,
  type FindRefundQuery,
  type PspRefund,
  PspUnavailable,
  type PspUnknown,
  type RefundOutcome,
} from '../../../core/ports';
import { parseId } from '../../../core/kernel';
import { fromStripeAmount } from './amounts';
import type { StripeConnection } from './connection';
import { sameRefundAs } from './facts';
import { reasonShown, refundOutcome } from './refund-outcome';

/** The largest page that Stripe gives. */
const pageSize = 100;
/** A payment with more refunds than this needs a person to look at it. */
const pageLimit = 20;

/** Goes through the payment's refunds, which Stripe cannot be asked for by metadata. */
export async function findRefund(
  connection: StripeConnection,
  query: FindRefundQuery,
): Promise<Exclude<RefundOutcome, PspUnknown> | null> {
  for await (const refund of refundsOf(connection, query.pspReference))
    if (isAsked(query, refund)) return refundOutcome(sameRefundAs(query, refund));
  return null;
}

/** By FinCore's id alone, which no other refund has: the name of the installation may have changed since. */
const isAsked = ({ refundReference, refundId }: FindRefundQuery, { id, metadata }: Stripe.Refund): boolean =>
  refundReference === null ? metadata?.refund_id === refundId : id === refundReference;

/**
 * All refunds of the payment. What a capture of a part, or a cancellation, has released is none of them.
 * @source https://docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow
 */
export async function listRefunds(
  connection: StripeConnection,
  { payment, pspReference }: AtPspRequest,
): Promise<readonly PspRefund[]> {
  const found: PspRefund[] = [];
  for await (const refund of refundsOf(connection, pspReference)) {
    const { amountMinor } = fromStripeAmount(refund.amount, refund.currency);
    // The amount of a refund that somebody else made is anything; its currency is the payment's.
    const amount = { amountMinor, currency: payment.amount.currency };
    sameRefundAs({ amount, pspReference }, refund);
    found.push({
      pspReference: refund.id,
      refundId: refundIdOf(refund),
      amountMinor,
      reason: reasonShown(refund.reason),
      createdAt: refund.created * 1_000,
      outcome: refundOutcome(refund),
    });
  }
  return found;
}

function refundIdOf({ metadata }: Stripe.Refund) {
  const refundId = metadata?.refund_id;
  return refundId === undefined ? null : parseId('re', refundId);
}

async function* refundsOf(connection: StripeConnection, pspReference: string): AsyncGenerator<Stripe.Refund> {
  let after: string | null = null;
  for (let page = 0; page < pageLimit; page++) {
    const parameters: Stripe.RefundListParams = {
      payment_intent: pspReference,
      limit: pageSize,
      ...(after === null ? {} : { starting_after: after }),
    };
    const refunds: Stripe.ApiList<Stripe.Refund> | null = await connection.look(() =>
      connection.stripe.refunds.list(parameters),
    );
    yield* refunds?.data ?? [];
    const last = refunds?.data.at(-1);
    if (refunds?.has_more !== true || last === undefined) return;
    after = last.id;
  }
  throw new PspUnavailable(`${pspReference} has more than ${pageSize * pageLimit} refunds.`);
}
