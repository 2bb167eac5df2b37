import { assert } from '../../core/kernel';
import { isClosed } from '../../core/payments';
import { type JobHandler, PspUnavailable, RetryLater } from '../../core/ports';
import { type Assignment, type PaymentsWorkerDependencies, assign } from './charge-job';
import { compareRefunds } from './compare-refunds';
import { authorize, cancel, capture, followUpPayment, recordNow, resolvePayment } from './payment-steps';
import type { ChargeJobName } from '../../core/payments';
import { followUpRefund, lookUpRefund, refund, refundOf } from './refund-steps';

const steps: Readonly<Record<ChargeJobName, (assignment: Assignment) => Promise<void>>> = {
  'authorize-at-psp': authorize,
  'resolve-payment': resolvePayment,
  'capture-at-psp': capture,
  'cancel-at-psp': cancel,
  'refund-at-psp': refund,
  'apply-psp-notice': applyNotice,
  'compare-refunds': compareRefunds,
  'follow-up-payment': followUpPayment,
  'follow-up-refund': followUpRefund,
};

/**
 * The handler of every payments job. Each loads the charge, asks the PSP with a key derived from the charge and
 * the operation, and records the outcome. Handled twice, a job changes nothing the second time.
 */
export function createPaymentsHandler(dependencies: PaymentsWorkerDependencies): JobHandler {
  return async (job) => {
    assert(job.name in steps, `${job.name} is a payments job`);
    const assignment = await assign(dependencies, job);
    try {
      await steps[job.name as ChargeJobName](assignment);
    } catch (error) {
      if (error instanceof PspUnavailable)
        throw new RetryLater(error.message, error.retryAfterMs, { cause: error });
      throw error;
    }
  };
}

/** A notice is a hint. What the books show as settled is not asked for again, unless it is about a refund. */
async function applyNotice(assignment: Assignment): Promise<void> {
  if (refundOf(assignment) !== null) {
    await lookUpRefund(assignment);
    return;
  }
  const { charge } = assignment;
  if (charge.status === 'in_review' || isClosed(charge)) return;
  await recordNow(assignment);
}
