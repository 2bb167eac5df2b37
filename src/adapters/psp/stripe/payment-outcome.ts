import type Stripe from 'stripe';
import type { PaymentOutcome, PspPayment, PspUnknown } from '../../../core/ports';
import { fromStripeAmount } from './amounts';
import { cardFactsOf } from './facts';
import { cardFailure } from './failure';

export type KnownPaymentOutcome = Exclude<PaymentOutcome, PspUnknown>;

/** A PaymentIntent's status in FinCore's words. @source https://docs.stripe.com/payments/paymentintents/lifecycle */
export function paymentOutcome(intent: Stripe.PaymentIntent): KnownPaymentOutcome {
  const pspReference = intent.id;
  switch (intent.status) {
    case 'succeeded':
      return authorized(intent, true);
    case 'requires_capture':
      return authorized(intent, false);
    case 'requires_action':
      return actionRequired(intent);
    case 'requires_payment_method': {
      const { last_payment_error: error } = intent;
      // Nobody has tried to pay it: it was made to take the key of a payment that is withdrawn, and is being canceled.
      if (error === null) return { kind: 'pending', pspReference };
      const card = cardFactsOf(error.payment_method?.card);
      return {
        kind: 'failed',
        pspReference,
        failure: cardFailure(error),
        ...(card === null ? {} : { card }),
      };
    }
    case 'canceled':
      // What was captured before the rest was released stays taken.
      return intent.amount_received > 0 ? authorized(intent, true) : { kind: 'canceled', pspReference };
    default:
      // `processing`, `requires_confirmation` while Stripe confirms, and any status that Stripe adds: not decided.
      return { kind: 'pending', pspReference };
  }
}

function actionRequired(intent: Stripe.PaymentIntent): KnownPaymentOutcome {
  const url = intent.next_action?.redirect_to_url?.url;
  // Without a page to send the payer to there is nothing to do yet; the payment waits, and expires at Stripe.
  if (typeof url !== 'string') return { kind: 'pending', pspReference: intent.id };
  return { kind: 'action_required', pspReference: intent.id, nextAction: { kind: 'redirect', url } };
}

function authorized(intent: Stripe.PaymentIntent, captured: boolean): KnownPaymentOutcome {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const card = cardFactsOf(charge?.payment_method_details?.card);
  return {
    kind: 'authorized',
    pspReference: intent.id,
    captured,
    capturedMinor: capturedMinor(intent),
    ...(card === null ? {} : { card }),
  };
}

/** All that was taken, by several captures or in Stripe's dashboard too. */
export const capturedMinor = (intent: Stripe.PaymentIntent): bigint =>
  fromStripeAmount(intent.amount_received, intent.currency).amountMinor;

/** The payment as Stripe has it; `latest_charge` must have been expanded. */
export const pspPayment = (intent: Stripe.PaymentIntent): PspPayment => ({
  outcome: paymentOutcome(intent),
  capturedMinor: capturedMinor(intent),
});
