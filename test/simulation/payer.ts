import type { PspNotice } from '../../src/core/ports';
import type { World } from './world';

const longestMs = [2_000, 60_000, 7_200_000] as const;
const abandonedShare = 0.15;

/**
 * The payer acts on the page of the PSP, or the card network makes up its mind: seconds to hours after the PSP
 * began to wait for that. Some payers never come back.
 */
export function createPayer(world: World) {
  const { scheduler, psp } = world;

  return ({ type, chargeId }: PspNotice): void => {
    if (type !== 'payment_intent.requires_action' && type !== 'payment_intent.processing') return;
    const random = world.random.fork(`payer of ${chargeId}`);
    const decision = random.pick(['succeed', 'succeed', 'fail'] as const);
    const delayMs = random.between(300, random.pick(longestMs));
    if (random.chance(abandonedShare) && type === 'payment_intent.requires_action') return;
    scheduler.after(delayMs, () => {
      for (const payment of psp.payments()) {
        const { kind } = payment.status;
        if (payment.chargeId !== chargeId || (kind !== 'undecided' && kind !== 'action_required')) continue;
        world.trace(`payer of ${chargeId}: ${decision}`);
        psp.decide(payment.reference, decision);
      }
      world.flushNotices();
    });
  };
}
