import type Stripe from 'stripe';
import type { CaptureAtPspRequest, CaptureOutcome, PspFailure } from '../../../core/ports';
import { toStripeAmount } from './amounts';
import type { StripeConnection } from './connection';
import { sameAs } from './facts';
import { retrievePayment } from './find-payment';
import { captureMetadata } from './metadata';
import { unknownIfUnavailable } from './unknown-if-unavailable';

export async function capture(
  connection: StripeConnection,
  request: CaptureAtPspRequest,
): Promise<CaptureOutcome> {
  const amount = toStripeAmount(request.amount);
  if (amount.kind === 'unsupported') return { kind: 'failed', failure: amount.failure };
  const parameters: Stripe.PaymentIntentCaptureParams = {
    amount_to_capture: amount.amount,
    // Stripe takes the parameter only where several captures are possible; final is its default.
    ...(request.final ? {} : { final_capture: false }),
    metadata: captureMetadata(request.idempotencyKey),
  };
  const answer = await connection.send(() =>
    connection.stripe.paymentIntents.capture(request.pspReference, parameters, {
      idempotencyKey: request.idempotencyKey,
    }),
  );
  switch (answer.kind) {
    case 'answered':
      return captured(sameAs(request.payment, answer.value));
    case 'declined':
      return { kind: 'failed', failure: answer.failure };
    case 'refused':
      return settle(connection, request, { ...answer, amount: amount.amount });
    case 'unknown':
      return answer.isRepeated
        ? lookAgain(connection, request, answer.reason)
        : { kind: 'unknown', reason: answer.reason };
  }
}

/** Asked again with the key, Stripe would fail the same way for a day; the payment itself tells. */
const lookAgain = (
  connection: StripeConnection,
  request: CaptureAtPspRequest,
  reason: string,
): Promise<CaptureOutcome> =>
  unknownIfUnavailable(async () => {
    const intent = await retrievePayment(connection, request);
    return intent?.metadata.last_capture === request.idempotencyKey
      ? { kind: 'captured' }
      : { kind: 'unknown', reason };
  });

function captured({ status }: Stripe.PaymentIntent): CaptureOutcome {
  if (status === 'succeeded' || status === 'requires_capture') return { kind: 'captured' };
  return { kind: 'unknown', reason: `Stripe took the capture and reports the payment as ${status}.` };
}

/** Stripe refused: because this capture has taken place before, or because it never will. */
const settle = (
  connection: StripeConnection,
  request: CaptureAtPspRequest,
  refusal: { readonly failure: PspFailure; readonly keyReused: boolean; readonly amount: number },
): Promise<CaptureOutcome> =>
  unknownIfUnavailable(async () => {
    const intent = await retrievePayment(connection, request);
    if (intent === null) return { kind: 'failed', failure: refusal.failure };
    const { last_capture: lastCapture } = intent.metadata;
    if (lastCapture === request.idempotencyKey) return { kind: 'captured' };
    // Captured outside FinCore (Stripe's dashboard), and just as asked here.
    if (
      lastCapture === undefined &&
      intent.status === 'succeeded' &&
      intent.amount_received === refusal.amount
    )
      return { kind: 'captured' };
    // The mark of the first request under the key may have been overwritten by another capture since.
    if (refusal.keyReused && intent.amount_received > 0) return unseen;
    return { kind: 'failed', failure: failureBy(intent, refusal.failure) };
  });

const unseen: CaptureOutcome = {
  kind: 'unknown',
  reason: 'The key was used before with another request, and Stripe does not show whether that captured.',
};

/** @source https://docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow */
const endedByItself: ReadonlySet<string> = new Set(['automatic', 'expired']);

function failureBy(intent: Stripe.PaymentIntent, failure: PspFailure): PspFailure {
  if (intent.status === 'succeeded') return { ...failure, code: 'already_captured' };
  if (intent.status !== 'canceled') return failure;
  // Stripe cancels a payment when its authorization runs out.
  return {
    ...failure,
    code: endedByItself.has(intent.cancellation_reason ?? '') ? 'authorization_expired' : 'already_canceled',
  };
}
