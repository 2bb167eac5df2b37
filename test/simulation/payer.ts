import type { PspNotice } from '../../src/core/ports';
import type { World } from './world';

const longestMs = [2_000, 60_000, 7_200_000] as const;
const abandonedShare = 0.15;
/** Before anybody can have ended the payment. */
const soonMs = 200;

/**
 * The payer acts on the page of the PSP, or the card network makes up its mind: seconds to hours after the PSP
 * began to wait for that. Some payers never come back, and some pay a payment that failed with another card.
 */
export function createPayer(world: World, { paidAgainShare }: { readonly paidAgainShare: number }) {
  const { scheduler, psp } = world;

  function decide(chargeId: string, isAbandoning: boolean): void {
    const random = world.random.fork(`payer of ${chargeId}`);
    const decision = random.pick(['succeed', 'succeed', 'fail'] as const);
    const delayMs = random.between(300, random.pick(longestMs));
    if (random.chance(abandonedShare) && isAbandoning) return;
    scheduler.after(delayMs, () => {
      for (const payment of psp.payments()) {
        const { kind } = payment.status;
        if (payment.chargeId !== chargeId || (kind !== 'undecided' && kind !== 'action_required')) continue;
        world.trace(`payer of ${chargeId}: ${decision}`);
        psp.decide(payment.reference, decision);
      }
      world.flushNotices();
    });
  }

  function payAgain(chargeId: string): void {
    const random = world.random.fork(`another card of ${chargeId}`);
    if (!random.chance(paidAgainShare)) return;
    scheduler.after(random.between(1, random.pick([soonMs, ...longestMs])), () => {
      for (const payment of psp.payments()) {
        if (payment.chargeId !== chargeId || payment.status.kind !== 'failed') continue;
        world.trace(`payer of ${chargeId} pays with another card`);
        psp.payAgain(payment.reference);
      }
      world.flushNotices();
    });
  }

  return ({ type, chargeId }: PspNotice): void => {
    if (type === 'payment_intent.requires_action') decide(chargeId, true);
    if (type === 'payment_intent.processing') decide(chargeId, false);
    if (type === 'payment_intent.payment_failed') payAgain(chargeId);
  };
}
