import type { PspNotice } from '../../src/core/ports';
import type { AuthorizationPlan } from './faults';
import type { World } from './world';

/** The PSP releases what it has held for so long, and tells, or leaves it to anyone who looks. */
export function createExpiry(world: World, { lifetimeMs, isEndTold }: AuthorizationPlan) {
  const { scheduler, psp } = world;
  const expected = new Set<string>();

  function end(chargeId: string): void {
    for (const payment of psp.payments()) {
      if (payment.chargeId !== chargeId || payment.status.kind !== 'held') continue;
      world.trace(`the authorization of ${chargeId} ends${isEndTold ? '' : ', and nobody is told'}`);
      world.flushNotices();
      psp.expire(payment.reference);
      if (!isEndTold) psp.takeNotices();
    }
    world.flushNotices();
  }

  return ({ type, chargeId }: PspNotice): void => {
    // Announced again by each capture of a part, which does not prolong it.
    if (type !== 'payment_intent.amount_capturable_updated' || expected.has(chargeId)) return;
    expected.add(chargeId);
    scheduler.after(lifetimeMs, () => end(chargeId));
  };
}
