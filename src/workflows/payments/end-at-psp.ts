import { type PaymentOutcome, RetryLater } from '../../core/ports';
import type { ChargeJob } from './charge-job';
import { lookUp } from './payment-steps';

/**
 * Ends at the PSP the payment of a charge that is over here. Until then its payer can pay it with another card, and an
 * authorization of it holds the payer's money. What was taken in spite of it is booked: the charge has succeeded after all.
 */
export async function endAtPsp(job: ChargeJob): Promise<void> {
  const { status, pspReference } = job.charge;
  if (status !== 'failed' && status !== 'canceled') return;
  if (pspReference !== null && (await isEnded(job, pspReference))) return;
  const found = await lookUp(job);
  if (found === null || found.kind === 'canceled') return;
  if (tookMoney(found)) return job.record({ operation: 'payment', outcome: found });
  const { pspReference: named } = found;
  if (pspReference === null && named !== undefined && (await isEnded(job, named))) return;
  throw new RetryLater(`the charge is ${status}, and the provider still has its payment as ${found.kind}`);
}

const tookMoney = (outcome: PaymentOutcome): boolean =>
  outcome.kind === 'authorized' && outcome.capturedMinor > 0n;

/** Cancels the payment. @returns whether nothing of it was taken and nothing can be any more */
async function isEnded({ chargeId, payment, psp }: ChargeJob, pspReference: string): Promise<boolean> {
  const outcome = await psp.cancel({ payment, pspReference, idempotencyKey: `${chargeId}:end` });
  return outcome.kind === 'canceled' && outcome.capturedMinor === 0n;
}
