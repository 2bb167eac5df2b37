import type { RefundId } from '../../core/kernel';
import { isOpen } from '../../core/payments';
import { type RefundOutcome, RetryLater } from '../../core/ports';
import { type Assignment, isKeyForgotten, referenceOf } from './charge-job';

export async function refund(assignment: Assignment): Promise<void> {
  const asked = refundOf(assignment);
  if (asked === null || !isOpen(asked) || asked.pspReference !== null) return;
  const { tenant, chargeId, correlationId, psp } = assignment;
  const pspReference = referenceOf(assignment.charge);
  const { refundId } = asked;
  const mayBeKnown = asked.status === 'unknown' || isKeyForgotten(assignment, asked.createdAt);
  const known = mayBeKnown ? await psp.findRefund({ refundId, pspReference }) : null;
  const outcome =
    known ??
    (await psp.refund({
      tenant,
      chargeId,
      refundId,
      pspReference,
      amount: asked.amount,
      ...(asked.reason === null ? {} : { reason: asked.reason }),
      correlationId,
      idempotencyKey: `${chargeId}:refund:${refundId}`,
    }));
  await assignment.record({ operation: 'refund', refundId, outcome });
  if (outcome.kind === 'unknown' && asked.status === 'unknown') throw new RetryLater(outcome.reason);
}

export async function followUpRefund(assignment: Assignment): Promise<void> {
  const known = refundOf(assignment);
  if (known === null || !isOpen(known)) return;
  const outcome = await lookUpRefund(assignment);
  if (outcome === null || outcome.kind === 'pending' || outcome.kind === 'unknown')
    throw new RetryLater('the refund is not settled yet');
}

export async function lookUpRefund(assignment: Assignment): Promise<RefundOutcome | null> {
  const known = refundOf(assignment);
  if (known === null) return null;
  const outcome = await assignment.psp.findRefund({
    refundId: known.refundId,
    pspReference: referenceOf(assignment.charge),
  });
  if (outcome === null) return null;
  await assignment.record({ operation: 'refund', refundId: known.refundId, outcome });
  return outcome;
}

/** The refund that the job is about; null when it is about the payment itself. */
export const refundOf = ({ charge, operationId }: Assignment) =>
  charge.refunds.find((known) => known.refundId === (operationId as RefundId)) ?? null;
