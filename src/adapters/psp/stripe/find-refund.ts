import type Stripe from 'stripe';
import type { RefundId } from '../../../core/kernel';
import { PspUnavailable, type PspUnknown, type RefundOutcome } from '../../../core/ports';
import type { StripeConnection } from './connection';
import { refundOutcome } from './refund-outcome';

/** The largest page that Stripe gives. */
const pageSize = 100;
/** A payment with more refunds than this needs a person to look at it. */
const pageLimit = 20;

/** Goes through the payment's refunds, which Stripe cannot be asked for by metadata. */
export async function findRefund(
  connection: StripeConnection,
  query: { readonly refundId: RefundId; readonly pspReference: string },
): Promise<Exclude<RefundOutcome, PspUnknown> | null> {
  let after: string | null = null;
  for (let page = 0; page < pageLimit; page++) {
    const parameters: Stripe.RefundListParams = {
      payment_intent: query.pspReference,
      limit: pageSize,
      ...(after === null ? {} : { starting_after: after }),
    };
    const refunds: Stripe.ApiList<Stripe.Refund> | null = await connection.look(() =>
      connection.stripe.refunds.list(parameters),
    );
    const found = refunds?.data.find((refund) => refund.metadata?.refund_id === query.refundId);
    if (found !== undefined) return refundOutcome(found);
    const last = refunds?.data.at(-1);
    if (refunds?.has_more !== true || last === undefined) return null;
    after = last.id;
  }
  throw new PspUnavailable(`${query.pspReference} has more than ${pageSize * pageLimit} refunds.`);
}
