import { assert } from '../../core/kernel';
import type { ChargeJobName } from '../../core/payments';
import { DeadLetter, type JobHandler, PspContradiction, PspUnavailable, RetryLater } from '../../core/ports';
import { cancel } from './cancel-steps';
import { capture } from './capture-steps';
import { type ChargeJob, type PaymentsWorkerDependencies, openChargeJob } from './charge-job';
import { endAtPsp } from './end-at-psp';
import { authorize, expirePayment, followUpPayment, recordNow, resolvePayment } from './payment-steps';
import { recordRefundsMadeOutside } from './record-outside-refunds';
import { followUpRefund, lookUpRefund, refund, refundOf } from './refund-steps';

const steps: Readonly<Record<ChargeJobName, (job: ChargeJob) => Promise<void>>> = {
  'authorize-at-psp': authorize,
  'resolve-payment': resolvePayment,
  'capture-at-psp': capture,
  'cancel-at-psp': cancel,
  'end-at-psp': endAtPsp,
  'refund-at-psp': refund,
  'apply-psp-notice': applyNotice,
  'compare-refunds': recordRefundsMadeOutside,
  'follow-up-payment': followUpPayment,
  'expire-payment': expirePayment,
  'follow-up-refund': followUpRefund,
};

/**
 * The handler of every payments job. Each loads the charge, asks the PSP with a key derived from the charge and
 * the operation, and records the outcome. Handled twice, a job changes nothing the second time.
 */
export function createPaymentsHandler(dependencies: PaymentsWorkerDependencies): JobHandler {
  return async (delivered) => {
    assert(delivered.name in steps, `${delivered.name} is a payments job`);
    const job = await openChargeJob(dependencies, delivered);
    try {
      await steps[delivered.name as ChargeJobName](job);
    } catch (error) {
      if (error instanceof PspUnavailable)
        throw new RetryLater(error.message, error.retryAfterMs, { cause: error });
      if (error instanceof PspContradiction)
        throw new DeadLetter(`provider_contradiction: ${error.message}`, { cause: error });
      throw error;
    }
  };
}

/** A notice is a hint. What the books show as paid is not asked for again, unless it is about a refund. */
async function applyNotice(job: ChargeJob): Promise<void> {
  if (refundOf(job) !== null) {
    await lookUpRefund(job);
    return;
  }
  switch (job.charge.status) {
    case 'in_review':
    case 'blocked':
    case 'succeeded':
      return;
    case 'failed':
    case 'canceled':
      return endAtPsp(job);
    case 'processing':
    case 'unknown':
    case 'requires_action':
    case 'authorized':
      await recordNow(job);
  }
}
