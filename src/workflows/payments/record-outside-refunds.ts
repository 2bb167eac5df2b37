import { type ExistingCharge, hasRefundsMadeOutside } from '../../core/payments';
import { RetryLater } from '../../core/ports';
import { type ChargeJob, referenceOf } from './charge-job';
import { recordNow } from './payment-steps';

/**
 * Books the refunds that were made at the PSP itself, as in Stripe's dashboard. What was captured there goes first: the
 * books give back nothing that they have not taken.
 */
export async function recordRefundsMadeOutside(job: ChargeJob): Promise<void> {
  const { payment, psp, newRefundId } = job;
  const pspReference = referenceOf(await chargeWithReference(job));
  const refunds = await psp.listRefunds({ payment, pspReference });
  // Read after the PSP was asked: every refund of ours is in the journal before it is there.
  const charge = await job.reload();
  if (!hasRefundsMadeOutside(charge, refunds)) return;
  await recordNow({ ...job, charge });
  await job.record({ operation: 'all refunds', refunds, nextId: newRefundId });
}

/** A refund can be heard of before the payment is: then what the PSP has of the payment is recorded first. */
async function chargeWithReference(job: ChargeJob): Promise<ExistingCharge> {
  if (job.charge.pspReference !== null) return job.charge;
  await recordNow(job);
  const charge = await job.reload();
  if (charge.pspReference !== null) return charge;
  throw new RetryLater('the provider speaks of a refund of a payment that it does not show yet');
}
