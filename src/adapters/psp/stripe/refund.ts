import type Stripe from 'stripe';
import type { RefundAtPspRequest, RefundOutcome } from '../../../core/ports';
import { toStripeAmount } from './amounts';
import type { StripeConnection } from './connection';
import { sameRefundAs } from './facts';
import { findRefund } from './find-refund';
import { correlationMetadata, refundMetadata } from './metadata';
import { refundOutcome } from './refund-outcome';
import { unknownIfUnavailable } from './unknown-if-unavailable';

export async function refund(
  connection: StripeConnection,
  request: RefundAtPspRequest,
): Promise<RefundOutcome> {
  const amount = toStripeAmount(request.amount);
  if (amount.kind === 'unsupported') return { kind: 'failed', failure: amount.failure };
  const parameters: Stripe.RefundCreateParams = {
    payment_intent: request.pspReference,
    amount: amount.amount,
    ...reasonOf(request),
    metadata: {
      ...refundMetadata(connection.installation, request.payment, request.refundId),
      ...correlationMetadata(request),
    },
  };
  const answer = await connection.send(() =>
    connection.stripe.refunds.create(parameters, { idempotencyKey: request.idempotencyKey }),
  );
  switch (answer.kind) {
    case 'answered':
      return refundOutcome(sameRefundAs(request, answer.value));
    case 'declined':
      return { kind: 'failed', failure: answer.failure };
    case 'refused':
      return settle(
        connection,
        request,
        answer.keyReused ? unseen : { kind: 'failed', failure: answer.failure },
      );
    case 'unknown':
      return { kind: 'unknown', reason: answer.reason };
  }
}

/**
 * Stripe refused: because this refund has taken place before (nothing is left to refund), or because it never will.
 * @param unfound the outcome when Stripe shows no such refund
 */
const settle = (
  connection: StripeConnection,
  request: RefundAtPspRequest,
  unfound: RefundOutcome,
): Promise<RefundOutcome> =>
  unknownIfUnavailable(
    async () => (await findRefund(connection, { ...request, refundReference: null })) ?? unfound,
  );

const unseen: RefundOutcome = {
  kind: 'unknown',
  reason: 'The key was used before with another request, and Stripe shows no refund of it yet.',
};

/** Stripe takes these three reasons only; any other stays in FinCore's books. */
function reasonOf({ reason }: RefundAtPspRequest): Pick<Stripe.RefundCreateParams, 'reason'> {
  switch (reason) {
    case 'duplicate':
    case 'fraudulent':
    case 'requested_by_customer':
      return { reason };
    default:
      return {};
  }
}
