import type Stripe from 'stripe';
import type { AuthorizeRequest, PaymentOutcome, PspFailure } from '../../../core/ports';
import { toStripeAmount } from './amounts';
import type { StripeConnection } from './connection';
import { sameAs } from './facts';
import { findByCharge } from './find-payment';
import { cancel } from './cancel';
import { chargeMetadata, correlationMetadata } from './metadata';
import { paymentOutcome } from './payment-outcome';
import { statementSuffix } from './statement-descriptor';
import { unknownIfUnavailable } from './unknown-if-unavailable';

/** Stripe's ids of payment methods, tokens and the older cards and sources. */
const paymentToken = /^(?:pm|tok|card|src)_\w{1,250}$/;

/** Creates and confirms a PaymentIntent in one request, so that one key stands for the whole payment. */
export async function authorize(
  connection: StripeConnection,
  request: AuthorizeRequest,
): Promise<PaymentOutcome> {
  const amount = toStripeAmount(request.amount);
  if (amount.kind === 'unsupported') return { kind: 'failed', failure: amount.failure };
  // Any other text is neither sent nor quoted: it may be a card number.
  if (!paymentToken.test(request.paymentToken)) return { kind: 'failed', failure: notAToken };
  const parameters: Stripe.PaymentIntentCreateParams = {
    amount: amount.amount,
    currency: amount.currency,
    confirm: true,
    capture_method: request.captureMethod,
    expand: ['latest_charge'],
    ...paymentMethod(request.paymentToken),
    allowed_payment_method_types: ['card'],
    error_on_requires_action: false,
    return_url: request.returnUrl ?? connection.returnUrl,
    metadata: { ...chargeMetadata(connection.installation, request), ...correlationMetadata(request) },
    ...descriptions(request),
    ...(request.captureMethod === 'manual' ? captureSeveralTimes : {}),
  };
  const answer = await connection.send(() =>
    connection.stripe.paymentIntents.create(parameters, { idempotencyKey: request.idempotencyKey }),
  );
  switch (answer.kind) {
    case 'answered':
      return paymentOutcome(sameAs(request, answer.value));
    case 'declined':
      return {
        kind: 'failed',
        failure: answer.failure,
        ...(answer.pspReference === null ? {} : { pspReference: answer.pspReference }),
        ...(answer.card === null ? {} : { card: answer.card }),
      };
    case 'refused':
      return answer.keyReused
        ? earlierPayment(connection, request)
        : {
            kind: 'failed',
            failure: answer.failure,
            ...(answer.pspReference === null ? {} : { pspReference: answer.pspReference }),
          };
    case 'unknown':
      return { kind: 'unknown', reason: answer.reason };
  }
}

/**
 * Takes the key of the payment with one that nobody can pay: it has no payment method, and is canceled. A key that was used
 * before is refused by Stripe, and the payment that it was used for is the outcome.
 */
export async function withdraw(
  connection: StripeConnection,
  request: AuthorizeRequest,
): Promise<PaymentOutcome> {
  const amount = toStripeAmount(request.amount);
  // Neither of these was ever sent.
  if (amount.kind === 'unsupported') return { kind: 'failed', failure: amount.failure };
  if (!paymentToken.test(request.paymentToken)) return { kind: 'failed', failure: notAToken };
  const parameters: Stripe.PaymentIntentCreateParams = {
    amount: amount.amount,
    currency: amount.currency,
    allowed_payment_method_types: ['card'],
    metadata: { ...chargeMetadata(connection.installation, request), ...correlationMetadata(request) },
  };
  const answer = await connection.send(() =>
    connection.stripe.paymentIntents.create(parameters, { idempotencyKey: request.idempotencyKey }),
  );
  switch (answer.kind) {
    case 'answered':
      return endUnpaid(connection, request, sameAs(request, answer.value).id);
    case 'declined':
    case 'refused':
      if (answer.kind === 'refused' && answer.keyReused) return earlierPayment(connection, request);
      return { kind: 'failed', failure: answer.failure };
    case 'unknown':
      return { kind: 'unknown', reason: answer.reason };
  }
}

async function endUnpaid(
  connection: StripeConnection,
  request: AuthorizeRequest,
  pspReference: string,
): Promise<PaymentOutcome> {
  const idempotencyKey = `${request.idempotencyKey}:withdrawn`;
  const outcome = await cancel(connection, { payment: request, pspReference, idempotencyKey });
  switch (outcome.kind) {
    case 'canceled':
      return { kind: 'canceled', pspReference };
    case 'failed':
      return { kind: 'unknown', reason: outcome.failure.message };
    case 'unknown':
      return outcome;
  }
}

/**
 * The key was used before with other parameters, as after an upgrade that describes payments differently.
 * What the earlier request came to is the outcome: it may have charged, also when no look-up shows it yet.
 */
const earlierPayment = (connection: StripeConnection, request: AuthorizeRequest): Promise<PaymentOutcome> =>
  unknownIfUnavailable(async () => {
    const intent = await findByCharge(connection, request);
    return intent === null ? unseen : paymentOutcome(intent);
  });

const unseen: PaymentOutcome = {
  kind: 'unknown',
  reason: 'The key was used before with another request, and Stripe shows no payment of it yet.',
};

const notAToken: PspFailure = {
  code: 'payment_token_invalid',
  message: 'The payment token is none of Stripe: it begins with tok_ or pm_.',
};

/** Where the card network allows it; elsewhere the first capture is the only one. */
const captureSeveralTimes: Partial<Stripe.PaymentIntentCreateParams> = {
  payment_method_options: { card: { request_multicapture: 'if_available' } },
};

function paymentMethod(token: string): Partial<Stripe.PaymentIntentCreateParams> {
  if (!token.startsWith('tok_')) return { payment_method: token };
  // The package's types leave out `card`, because card details do not belong on a server; a token of them does.
  const fromToken = { type: 'card', card: { token } };
  return { payment_method_data: fromToken };
}

function descriptions(request: AuthorizeRequest): Partial<Stripe.PaymentIntentCreateParams> {
  const suffix =
    request.statementDescriptor === undefined ? null : statementSuffix(request.statementDescriptor);
  return {
    ...(request.description === undefined ? {} : { description: request.description }),
    ...(suffix === null ? {} : { statement_descriptor_suffix: suffix }),
  };
}
