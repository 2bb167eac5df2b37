import type { RefundId } from '../../core/kernel';
import { isOpen } from '../../core/payments';
import { type RefundOutcome, RetryLater } from '../../core/ports';
import { type ChargeJob, isKeyForgotten, queryFor, referenceOf } from './charge-job';
import { recordRefundsMadeOutside } from './record-outside-refunds';

export async function refund(job: ChargeJob): Promise<void> {
  const asked = refundOf(job);
  // The comparison that follows a failure was interrupted.
  if (asked?.status === 'failed') return recordRefundsMadeOutside(job);
  if (asked === null || !isOpen(asked) || asked.pspReference !== null) return;
  const { charge, chargeId, correlationId, payment, psp } = job;
  const { refundId } = asked;
  const mayBeKnown = asked.status === 'unknown' || isKeyForgotten(job, asked.createdAt);
  const known = mayBeKnown ? await psp.findRefund(queryFor(payment, charge, asked)) : null;
  const outcome =
    known ??
    (await psp.refund({
      payment,
      refundId,
      pspReference: referenceOf(charge),
      amount: asked.amount,
      ...(asked.reason === null ? {} : { reason: asked.reason }),
      correlationId,
      idempotencyKey: `${chargeId}:refund:${refundId}`,
    }));
  await job.record({ operation: 'refund', refundId, outcome });
  if (outcome.kind === 'unknown' && asked.status === 'unknown') throw new RetryLater(outcome.reason);
  // The usual reason is that somebody gave the money back at the PSP itself.
  if (outcome.kind === 'failed') await recordRefundsMadeOutside(job);
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * When a refund that has succeeded is looked at again, by its age: a bank may still send it back, and the notice of that
 * may be lost. @source https://docs.stripe.com/refunds#failed-refunds (up to 30 days)
 */
export const refundLooksMs: readonly number[] = [5 * minuteMs, dayMs, 31 * dayMs];

export async function followUpRefund(job: ChargeJob): Promise<void> {
  const known = refundOf(job);
  if (known === null || known.status === 'failed') return;
  const outcome = await lookUpRefund(job);
  // What is decided now asks for looks of its own.
  if (known.status !== 'succeeded') {
    if (outcome === null || outcome.kind === 'pending' || outcome.kind === 'unknown')
      throw new RetryLater('the refund is not settled yet');
    return;
  }
  if (outcome?.kind === 'failed') return;
  const ageMs = job.clock() - known.createdAt;
  const nextMs = refundLooksMs.find((lookMs) => lookMs > ageMs);
  if (nextMs !== undefined) throw new RetryLater('the bank may still send the refund back', nextMs - ageMs);
}

export async function lookUpRefund(job: ChargeJob): Promise<RefundOutcome | null> {
  const known = refundOf(job);
  if (known === null) return null;
  const outcome = await job.psp.findRefund(queryFor(job.payment, job.charge, known));
  if (outcome === null) return null;
  await job.record({ operation: 'refund', refundId: known.refundId, outcome });
  return outcome;
}

/** The refund that the job is about; null when it is about the payment itself. */
export const refundOf = ({ charge, operationId }: ChargeJob) =>
  charge.refunds.find((known) => known.refundId === (operationId as RefundId)) ?? null;
