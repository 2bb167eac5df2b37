import type { Clock } from '../../core/kernel';
import { type Metrics, type PaymentOutcome, type PspGateway, PspUnavailable } from '../../core/ports';

/** The same PSP, with each authorization counted by how it ended, and every request for money timed. */
export function measuredGateway(gateway: PspGateway, metrics: Metrics, clock: Clock): PspGateway {
  const timed = async <Outcome>(ask: () => Promise<Outcome>): Promise<Outcome> => {
    const askedAt = clock();
    try {
      return await ask();
    } catch (error) {
      if (error instanceof PspUnavailable) metrics.record('PspUnavailable');
      throw error;
    } finally {
      metrics.record('PspCallMilliseconds', Math.max(0, clock() - askedAt));
    }
  };
  return {
    ...gateway,
    async authorize(request) {
      const outcome = await timed(() => gateway.authorize(request));
      count(outcome, metrics);
      return outcome;
    },
    capture: (request) => timed(() => gateway.capture(request)),
    cancel: (request) => timed(() => gateway.cancel(request)),
    refund: (request) => timed(() => gateway.refund(request)),
  };
}

/** What only the payer or time decides is counted by nobody: it says nothing about the PSP. */
function count(outcome: PaymentOutcome, metrics: Metrics): void {
  switch (outcome.kind) {
    case 'authorized': {
      metrics.record('PspApproved');
      return;
    }
    case 'failed': {
      metrics.record('PspDeclined');
      return;
    }
    case 'unknown': {
      metrics.record('PspUnknown');
      return;
    }
    case 'action_required':
    case 'pending':
    case 'canceled':
      return;
  }
}
