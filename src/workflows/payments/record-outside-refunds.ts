import { type ExistingCharge, hasRefundsMadeOutside, isOpen } from '../../core/payments';
import { RetryLater } from '../../core/ports';
import { type ChargeJob, referenceOf } from './charge-job';
import { openCaptureLookMs, recordNow } from './payment-steps';

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
  // A capture that took place and is not recorded yet may be what was given back.
  if ((await job.reload()).captures.some(isOpen))
    throw new RetryLater(
      'a capture is not decided yet, and refunds were made at the provider',
      openCaptureLookMs,
    );
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
