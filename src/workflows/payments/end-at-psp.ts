import { type ExistingCharge, isOver } from '../../core/payments';
import { type PaymentOutcome, RetryLater } from '../../core/ports';
import type { ChargeJob } from './charge-job';
import { lookUp } from './look-up';

/**
 * Ends at the PSP the payment of a charge that is over here. Until then its payer can pay it with another card, and an
 * authorization of it holds the payer's money. What was taken in spite of it is booked: the charge has succeeded after all.
 */
export async function endAtPsp(job: ChargeJob): Promise<void> {
  const { status, pspReference } = job.charge;
  if (!isOver(job.charge)) return;
  if (pspReference !== null && (await isEnded(job, pspReference))) return;
  const found = await lookUp(job);
  if (found === null || found.kind === 'canceled') return;
  if (tookMoney(found)) {
    await job.record({ operation: 'payment', outcome: found });
    return;
  }
  const { pspReference: named } = found;
  if (pspReference === null && named !== undefined && (await isEnded(job, named))) return;
  throw new RetryLater(`the charge is ${status}, and the provider still has its payment as ${found.kind}`);
}

/**
 * Records what the PSP says of the payment. A charge that was over before can have a payment there that is not, because
 * its answer came late: that payment is ended at once, since no notice of it has to come.
 */
export async function recordPayment(job: ChargeJob, outcome: PaymentOutcome): Promise<void> {
  const charge = await job.record({ operation: 'payment', outcome });
  const pspReference = openReference(charge, outcome);
  if (isOver(charge) && pspReference !== null)
    await endAtPsp({ ...job, charge: { ...charge, pspReference } });
}

/** The PSP's name of a payment that can still take money, unless the failure that the charge shows has a job that ends it. */
function openReference(charge: ExistingCharge, outcome: PaymentOutcome): string | null {
  switch (outcome.kind) {
    case 'authorized':
      return outcome.captured ? null : outcome.pspReference;
    case 'action_required':
    case 'pending':
      return outcome.pspReference;
    case 'failed':
      return outcome.pspReference === charge.pspReference ? null : (outcome.pspReference ?? null);
    case 'canceled':
    case 'unknown':
      return null;
  }
}

const tookMoney = (outcome: PaymentOutcome): boolean =>
  outcome.kind === 'authorized' && outcome.capturedMinor > 0n;

/** Cancels the payment. @returns whether nothing of it was taken and nothing can be any more */
async function isEnded({ chargeId, payment, psp }: ChargeJob, pspReference: string): Promise<boolean> {
  const outcome = await psp.cancel({ payment, pspReference, idempotencyKey: `${chargeId}:end` });
  return outcome.kind === 'canceled' && outcome.capturedMinor === 0n;
}
