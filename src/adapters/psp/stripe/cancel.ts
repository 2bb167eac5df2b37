import type Stripe from 'stripe';
import type { CancelAtPspRequest, CancelOutcome, PspFailure } from '../../../core/ports';
import type { StripeConnection } from './connection';
import { sameAs } from './facts';
import { retrievePayment } from './find-payment';
import { capturedMinor } from './payment-outcome';
import { unknownIfUnavailable } from './unknown-if-unavailable';

export async function cancel(
  connection: StripeConnection,
  request: CancelAtPspRequest,
): Promise<CancelOutcome> {
  const { pspReference, idempotencyKey } = request;
  const answer = await connection.send(() =>
    connection.stripe.paymentIntents.cancel(pspReference, {}, { idempotencyKey }),
  );
  switch (answer.kind) {
    case 'answered':
      return released(sameAs(request.payment, answer.value))
        ? canceled(answer.value)
        : { kind: 'unknown', reason: `Stripe took the cancellation and reports ${answer.value.status}.` };
    case 'declined':
      return { kind: 'failed', failure: answer.failure };
    case 'refused':
      return settle(connection, request, answer.failure);
    case 'unknown':
      return answer.isRepeated
        ? lookAgain(connection, request, answer.reason)
        : { kind: 'unknown', reason: answer.reason };
  }
}

/** Asked again with the key, Stripe would fail the same way for a day; the payment itself tells. */
const lookAgain = (
  connection: StripeConnection,
  request: CancelAtPspRequest,
  reason: string,
): Promise<CancelOutcome> =>
  unknownIfUnavailable(async () => {
    const intent = await retrievePayment(connection, request);
    return intent !== null && released(intent) ? canceled(intent) : { kind: 'unknown', reason };
  });

/** Stripe refused: because nothing is held any more, or because all of it was captured. */
const settle = (
  connection: StripeConnection,
  request: CancelAtPspRequest,
  failure: PspFailure,
): Promise<CancelOutcome> =>
  unknownIfUnavailable(async () => {
    const intent = await retrievePayment(connection, request);
    if (intent !== null && released(intent)) return canceled(intent);
    if (intent !== null && cancelable.has(intent.status)) return cancelAfresh(connection, request);
    return {
      kind: 'failed',
      failure: intent?.status === 'succeeded' ? { ...failure, code: 'already_captured' } : failure,
    };
  });

/** What Stripe cancels. @source https://docs.stripe.com/api/payment_intents/cancel */
const cancelable: ReadonlySet<Stripe.PaymentIntent.Status> = new Set([
  'requires_action',
  'requires_capture',
  'requires_confirmation',
  'requires_payment_method',
]);

/**
 * The refusal is of another moment: Stripe repeats it to anyone who asks with the key, for a day. Without the key nothing can
 * happen twice either, because a payment is canceled once.
 */
async function cancelAfresh(
  connection: StripeConnection,
  { payment, pspReference }: CancelAtPspRequest,
): Promise<CancelOutcome> {
  const answer = await connection.send(() => connection.stripe.paymentIntents.cancel(pspReference));
  if (answer.kind === 'answered' && released(sameAs(payment, answer.value))) return canceled(answer.value);
  if (answer.kind === 'declined' || answer.kind === 'refused')
    return { kind: 'failed', failure: answer.failure };
  return { kind: 'unknown', reason: 'Stripe did not say whether it took the second cancellation.' };
}

const canceled = (intent: Stripe.PaymentIntent): CancelOutcome => ({
  kind: 'canceled',
  capturedMinor: capturedMinor(intent),
});

/** Nothing is held any more. A payment of which a part was captured before ends as succeeded with that part. */
const released = (intent: Stripe.PaymentIntent): boolean =>
  intent.status === 'canceled' || (intent.status === 'succeeded' && intent.amount_received < intent.amount);
