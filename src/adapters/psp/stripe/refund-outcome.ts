import type Stripe from 'stripe';
import type { PspRefund, PspUnknown, RefundOutcome } from '../../../core/ports';

/** A refund's status in FinCore's words. @source https://docs.stripe.com/api/refunds/object#refund_object-status */
export function refundOutcome(refund: Stripe.Refund): Exclude<RefundOutcome, PspUnknown> {
  const pspReference = refund.id;
  switch (refund.status) {
    case 'succeeded':
      return { kind: 'succeeded', pspReference };
    case 'failed':
      return {
        kind: 'failed',
        pspReference,
        failure: {
          code: 'refund_failed',
          message: `The bank returned the refund: ${refund.failure_reason ?? 'no reason given'}.`,
        },
      };
    case 'canceled':
      return {
        kind: 'failed',
        pspReference,
        failure: { code: 'refund_canceled', message: 'The refund was canceled at Stripe.' },
      };
    default:
      // `pending`, `requires_action`, and any status that Stripe adds: not decided.
      return { kind: 'pending', pspReference };
  }
}

/** Stripe has reasons of its own too, such as `expired_uncaptured_charge`. */
export function reasonShown(reason: string | null): PspRefund['reason'] {
  switch (reason) {
    case 'duplicate':
    case 'fraudulent':
    case 'requested_by_customer':
      return reason;
    default:
      return null;
  }
}
