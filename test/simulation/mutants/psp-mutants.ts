import type { PspFailure, PspGateway } from '../../../src/core/ports';
import type { Mutant } from './mutant';

/** The key names the attempt, so that the PSP takes a retry for a new payment. */
export const keyPerAttempt: Mutant = {
  name: 'the PSP key is made per attempt',
  breaks: [2],
  plant: () => {
    let attempts = 0;
    const renamed = <Request extends { readonly idempotencyKey: string }>(request: Request): Request => ({
      ...request,
      idempotencyKey: `${request.idempotencyKey}:${String((attempts += 1))}`,
    });
    return {
      gateway: (gateway) => ({
        ...gateway,
        authorize: (request) => gateway.authorize(renamed(request)),
        capture: (request) => gateway.capture(renamed(request)),
        refund: (request) => gateway.refund(renamed(request)),
      }),
    };
  },
};

const timeout: PspFailure = { code: 'timeout', message: 'The provider did not answer.' };

/** No answer counts as no. */
export const timeoutIsFailure: Mutant = {
  name: 'a time-out is a failure',
  breaks: [3, 5],
  plant: () => ({
    gateway: (gateway): PspGateway => ({
      ...gateway,
      async authorize(request) {
        const outcome = await gateway.authorize(request);
        return outcome.kind === 'unknown' ? { kind: 'failed', failure: timeout } : outcome;
      },
    }),
  }),
};

/** The PSP's message goes on as it came, with what the payer had typed. */
export const cardNumberInMessage: Mutant = {
  name: 'a failure quotes the card number',
  breaks: [12],
  plant: () => ({
    gateway: (gateway) => ({
      ...gateway,
      async authorize(request) {
        const outcome = await gateway.authorize(request);
        if (outcome.kind !== 'failed') return outcome;
        const message = `${outcome.failure.message} Card: 4242424242424242.`;
        return { ...outcome, failure: { ...outcome.failure, message } };
      },
    }),
  }),
};

/** What the PSP has let go of cannot be taken any more, whatever the merchant was promised. */
export const expiredIsCaptured: Mutant = {
  name: 'a capture that came after the authorization had ended counts',
  breaks: [3, 5],
  plant: () => ({
    gateway: (gateway): PspGateway => ({
      ...gateway,
      async capture(request) {
        const outcome = await gateway.capture(request);
        const isTooLate = outcome.kind === 'failed' && outcome.failure.code === 'authorization_expired';
        return isTooLate ? { kind: 'captured' } : outcome;
      },
    }),
  }),
};

/**
 * The charge is canceled here, and the request for its payment, still on its way, takes the money. A notice would tell, and
 * it would be booked: this one is found where no notice is heeded.
 */
export const withdrawalWithoutKey: Mutant = {
  name: 'a withdrawal does not take the key of the payment',
  breaks: [3, 5],
  plant: () => ({
    handler: (handler) => (job) => (job.name === 'apply-psp-notice' ? Promise.resolve() : handler(job)),
    gateway: (gateway) => ({
      ...gateway,
      withdraw: (request) =>
        Promise.resolve({ kind: 'canceled', pspReference: `withdrawn ${request.chargeId}` }),
    }),
  }),
};

/** Money that moved after the end of the charge stays out of the books. */
export const lateMoneyIgnored: Mutant = {
  name: 'what was taken after a charge had ended is not booked',
  breaks: [3, 5],
  plant: () => ({
    gateway: (gateway) => ({
      ...gateway,
      async cancel(request) {
        const outcome = await gateway.cancel(request);
        const isLate = request.idempotencyKey.endsWith(':end') && outcome.kind === 'failed';
        return isLate ? { kind: 'canceled', capturedMinor: 0n } : outcome;
      },
    }),
  }),
};
