import type Stripe from 'stripe';
import type { PaymentOutcome, PspPayment, PspUnknown } from '../../../core/ports';
import { fromStripeAmount } from './amounts';
import { cardFailure } from './failure';

export type KnownPaymentOutcome = Exclude<PaymentOutcome, PspUnknown>;

/** A PaymentIntent's status in FinCore's words. @source https://docs.stripe.com/payments/paymentintents/lifecycle */
export function paymentOutcome(intent: Stripe.PaymentIntent): KnownPaymentOutcome {
  const pspReference = intent.id;
  switch (intent.status) {
    case 'succeeded':
      return { kind: 'authorized', pspReference, captured: true, capturedMinor: capturedMinor(intent) };
    case 'requires_capture':
      return { kind: 'authorized', pspReference, captured: false, capturedMinor: capturedMinor(intent) };
    case 'requires_action':
      return actionRequired(intent);
    case 'requires_payment_method':
      return {
        kind: 'failed',
        pspReference,
        failure: cardFailure(intent.last_payment_error ?? { message: 'The card was not accepted.' }),
      };
    case 'canceled':
      return { kind: 'canceled', pspReference };
    default:
      // `processing`, `requires_confirmation` while Stripe confirms, and whatever Stripe adds: not decided.
      return { kind: 'pending', pspReference };
  }
}

function actionRequired(intent: Stripe.PaymentIntent): KnownPaymentOutcome {
  const url = intent.next_action?.redirect_to_url?.url;
  // Without a page to send the payer to there is nothing to do yet; the payment waits, and expires at Stripe.
  if (typeof url !== 'string') return { kind: 'pending', pspReference: intent.id };
  return { kind: 'action_required', pspReference: intent.id, nextAction: { kind: 'redirect', url } };
}

/** Stripe counts what a capture of a part, or a cancellation, has released as given back too. */
const givenBack = ({ amount, amount_captured, amount_refunded }: Stripe.Charge): number =>
  Math.max(0, amount_refunded - (amount - amount_captured));

/** All that was taken, by several captures or in Stripe's dashboard too. */
export const capturedMinor = (intent: Stripe.PaymentIntent): bigint =>
  fromStripeAmount(intent.amount_received, intent.currency);

/** The payment as Stripe has it; `latest_charge` must have been expanded. */
export function pspPayment(intent: Stripe.PaymentIntent): PspPayment {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  return {
    outcome: paymentOutcome(intent),
    capturedMinor: capturedMinor(intent),
    refundedMinor: fromStripeAmount(charge === null ? 0 : givenBack(charge), intent.currency),
  };
}
