import type { Mutant } from './mutant';

/** The job is completed before its outcome is recorded: a crash in between loses it. */
export const earlyAcknowledgement: Mutant = {
  name: 'jobs are acknowledged before they are done',
  breaks: [4],
  plant: () => ({
    handler: (handler) => (job) => {
      handler(job).catch(() => undefined);
      return Promise.resolve();
    },
  }),
};

/** An error is taken for an end. */
export const retriesSwallowed: Mutant = {
  name: 'a job that asks to be tried again is not',
  breaks: [4],
  plant: () => ({ handler: (handler) => (job) => handler(job).catch(() => undefined) }),
};

/** Only notices tell that an authorization has ended; where the PSP sends none, the charge stays authorized for ever. */
export const endedHoldNotLookedFor: Mutant = {
  name: 'an authorization that ended is not looked for',
  breaks: [4, 5],
  plant: () => ({
    handler: (handler) => (job) => (job.name === 'follow-up-payment' ? Promise.resolve() : handler(job)),
  }),
};

const without =
  (...names: readonly string[]): Mutant['plant'] =>
  () => ({
    handler: (handler) => (job) => (names.includes(job.name) ? Promise.resolve() : handler(job)),
  });

/** What is final here stays open at the PSP: its payer can still pay it. */
export const failedPaymentLeftOpen: Mutant = {
  name: 'a payment that failed is not ended at the PSP',
  breaks: [5],
  plant: without('end-at-psp'),
};

/** The merchant's balance stays too high. */
export const outsideRefundIgnored: Mutant = {
  name: 'refunds that were made at the PSP are not compared',
  breaks: [3, 5],
  plant: without('compare-refunds'),
};

/** A refund that came back stays succeeded where the notice of it is lost. */
export const refundNotLookedAtAgain: Mutant = {
  name: 'a refund that has succeeded is not looked at again',
  breaks: [3, 4, 5],
  plant: without('follow-up-refund'),
};

/** A payer may come back after days. */
export const waitingPaymentNeverExpires: Mutant = {
  name: 'a payment that waits for its payer never expires',
  breaks: [4, 5],
  plant: without('expire-payment', 'follow-up-payment'),
};
