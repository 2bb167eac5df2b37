import { type CaptureId, sum } from '../../core/kernel';
import { isOpen } from '../../core/payments';
import { DeadLetter, RetryLater } from '../../core/ports';
import { type ChargeJob, isKeyForgotten } from './charge-job';
import { findPayment, lookUp } from './look-up';

export async function capture(job: ChargeJob): Promise<void> {
  const { charge, chargeId, operationId, payment, psp } = job;
  const captureId = operationId as CaptureId;
  const asked = charge.captures.find((known) => known.captureId === captureId);
  const { pspReference } = charge;
  if (asked === undefined || !isOpen(asked) || pspReference === null) return;
  if (isKeyForgotten(job, asked.requestedAt) && (await wasCaptured(job))) {
    await job.record({ operation: 'capture', captureId, outcome: { kind: 'captured' } });
    return;
  }
  const { amount, final } = asked;
  const outcome = await psp.capture({
    payment,
    pspReference,
    amount,
    final,
    idempotencyKey: `${chargeId}:capture:${captureId}`,
  });
  const report = { operation: 'capture', captureId, outcome } as const;
  if (outcome.kind !== 'failed') await job.record(report);
  else {
    // The first that is heard of the end of the authorization, or of what somebody captured at the PSP, may be a refusal.
    const now = await lookUp(job);
    await job.record(report, ...(now === null ? [] : [{ operation: 'payment', outcome: now } as const]));
  }
  if (outcome.kind === 'unknown' && asked.status === 'unknown') throw new RetryLater(outcome.reason);
}

/** Compares the PSP's captured total with the books, now that the key of an open capture is forgotten. */
async function wasCaptured(job: ChargeJob): Promise<boolean> {
  const { chargeId, charge } = job;
  const payment = await findPayment(job);
  if (payment === null)
    throw new DeadLetter(`the provider does not know the payment of ${chargeId} any more`);
  const recordedMinor = charge.captured.amountMinor;
  const openMinor = sum(
    charge.terms.amount.currency,
    charge.captures.filter(isOpen).map((open) => open.amount),
  ).amountMinor;
  if (payment.capturedMinor === recordedMinor) return false;
  if (payment.capturedMinor === recordedMinor + openMinor) return true;
  throw new DeadLetter(
    `the provider has captured ${String(payment.capturedMinor)}, the books show ${String(recordedMinor)} and ${String(openMinor)} undecided (minor units)`,
  );
}
