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
