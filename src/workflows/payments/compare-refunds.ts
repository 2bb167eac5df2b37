import { format, money, sum } from '../../core/kernel';
import { DeadLetter } from '../../core/ports';
import type { Assignment } from './charge-job';

/**
 * Tells a person of money that was given back at the PSP itself, as in Stripe's dashboard. The books cannot follow:
 * a refund of theirs is asked for before it is made, and says why. The merchant's balance is too high until somebody acts.
 */
export async function compareRefunds({ chargeId, charge: before, reload, psp }: Assignment): Promise<void> {
  if (!('pspReference' in before)) return;
  const payment = await psp.findPayment({ chargeId, pspReference: before.pspReference });
  if (payment === null) return;
  // Read after the PSP was asked: every refund of ours is in the journal before it is there.
  const charge = await reload();
  if (charge.status === 'none') return;
  const { currency } = charge.terms.amount;
  const known = sum(
    currency,
    charge.refunds.filter(({ status }) => status !== 'failed').map(({ amount }) => amount),
  );
  if (payment.refundedMinor <= known.amountMinor) return;
  throw new DeadLetter(
    `the provider has given back ${format(money(payment.refundedMinor, currency))} of ${chargeId}, the books show ${format(known)}: somebody refunded outside FinCore`,
  );
}
