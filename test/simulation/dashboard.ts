import { refundedMinor } from '../../src/adapters/memory/psp-books';
import type { PspNotice } from '../../src/core/ports';
import type { World } from './world';

const longestMs = [5_000, 60_000, 3_600_000] as const;

/**
 * A person captures at the PSP itself what is held, all of it or a part, which releases the rest, or refunds what was taken,
 * as in Stripe's dashboard.
 */
export function createDashboard(world: World, { share }: { readonly share: number }) {
  const { scheduler, psp, chaos } = world;
  const known = new Set<string>();

  function refund(chargeId: string): void {
    const random = world.random.fork(`refund at the dashboard of ${chargeId}`);
    if (!random.chance(share)) return;
    const part = random.pick([1, 0.5, 0.1]);
    scheduler.after(random.between(300, random.pick(longestMs)), () => {
      if (chaos.isHealed() || chaos.isPspOut()) return;
      for (const payment of psp.payments()) {
        if (payment.chargeId !== chargeId) continue;
        const left = Number(payment.capturedMinor - refundedMinor(payment));
        if (left === 0) continue;
        const amountMinor = BigInt(Math.ceil(left * part));
        world.trace(`somebody refunds ${String(amountMinor)} of ${chargeId} at the PSP`);
        psp.refundByHand(payment.reference, amountMinor);
      }
      world.flushNotices();
    });
  }

  return ({ type, chargeId }: PspNotice): void => {
    if (type === 'payment_intent.succeeded') refund(chargeId);
    if (type !== 'payment_intent.amount_capturable_updated' || known.has(chargeId)) return;
    known.add(chargeId);
    const random = world.random.fork(`dashboard of ${chargeId}`);
    if (!random.chance(share)) return;
    const delayMs = random.between(300, random.pick(longestMs));
    const part = random.pick([1, 0.5, 0.1]);
    scheduler.after(delayMs, () => {
      if (chaos.isHealed() || chaos.isPspOut()) return;
      for (const payment of psp.payments()) {
        if (payment.chargeId !== chargeId || payment.status.kind !== 'held') continue;
        const leftMinor = Number(payment.amount.amountMinor - payment.capturedMinor);
        const amountMinor = BigInt(Math.ceil(leftMinor * part));
        world.trace(`somebody captures ${String(amountMinor)} of ${chargeId} at the PSP`);
        psp.captureByHand(payment.reference, amountMinor, true);
      }
      world.flushNotices();
    });
  };
}
