import { type ExistingCharge, isBeingCanceled, isOver } from '../../core/payments';
import { type CancelOutcome, RetryLater } from '../../core/ports';
import { type ChargeJob, isKeyForgotten } from './charge-job';
import { endAtPsp, recordPayment } from './end-at-psp';
import { lookUp } from './look-up';
import { authorizationOf } from './payment-steps';

/** Ends the payment at the PSP, or finds out that it was taken first. */
export async function cancel(job: ChargeJob): Promise<void> {
  const { charge } = job;
  if (isOver(charge)) return endAtPsp(job);
  if (!isBeingCanceled(charge)) return;
  if (charge.pspReference === null) return withdraw(job);
  return cancelAt(job, charge, charge.pspReference);
}

/** The charge is in no state that says whether the PSP has the payment: a request for it may still be under way. */
async function withdraw(job: ChargeJob): Promise<void> {
  const { charge, psp } = job;
  const known = isKeyForgotten(job, charge.terms.createdAt) ? await lookUp(job) : null;
  const outcome = known ?? (await psp.withdraw(authorizationOf(job)));
  if (outcome.kind === 'unknown') throw new RetryLater(outcome.reason);
  if (outcome.kind === 'pending') return cancelUndecided(job, outcome.pspReference);
  await recordPayment(job, outcome);
  const now = await job.reload();
  if (isBeingCanceled(now) && now.pspReference !== null) await cancelAt(job, now, now.pspReference);
}

/** A payment that nobody has tried to pay is canceled, as one that an interrupted withdrawal left; the others are waited for. */
async function cancelUndecided(job: ChargeJob, pspReference: string): Promise<void> {
  const { chargeId, payment, psp } = job;
  const outcome = await psp.cancel({ payment, pspReference, idempotencyKey: `${chargeId}:cancel` });
  if (outcome.kind !== 'canceled' || outcome.capturedMinor > 0n)
    throw new RetryLater('the provider has not decided the payment yet');
  await job.record({ operation: 'payment', outcome: { kind: 'canceled', pspReference } });
}

async function cancelAt(job: ChargeJob, charge: ExistingCharge, pspReference: string): Promise<void> {
  const { chargeId, payment, psp } = job;
  const outcome = await psp.cancel({ payment, pspReference, idempotencyKey: `${chargeId}:cancel` });
  if (outcome.kind === 'failed') return recordRefusal(job, charge, outcome);
  await job.record({ operation: 'cancel', outcome });
  if (outcome.kind === 'unknown' && charge.cancellation?.status === 'unknown')
    throw new RetryLater(outcome.reason);
}

/**
 * The PSP refuses to cancel what was captured, and what it is just working on. Anyone who waits for the cancellation is
 * answered with what became of the payment, so that is recorded first, or waited for.
 */
async function recordRefusal(
  job: ChargeJob,
  charge: ExistingCharge,
  refusal: Extract<CancelOutcome, { kind: 'failed' }>,
): Promise<void> {
  const now = await lookUp({ ...job, charge });
  if (now?.kind === 'pending') throw new RetryLater('the provider has not decided the payment yet');
  await job.record(...(now === null ? [] : [{ operation: 'payment', outcome: now } as const]), {
    operation: 'cancel',
    outcome: refusal,
  });
}
