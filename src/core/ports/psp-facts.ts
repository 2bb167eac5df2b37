import { type Money, isLive } from '../kernel';
import type { PaymentTerms } from './psp';

/** The PSP's answer is about other money than was asked for: nothing may be made of it. The message names both values. */
export class PspContradiction extends Error {
  override readonly name = 'PspContradiction';
}

/** What the PSP says of a payment that never changes, in the PSP's own account of it. */
export interface PaymentFacts {
  readonly pspReference: string;
  readonly amountMinor: bigint;
  /** Upper case; not necessarily a currency that FinCore knows. */
  readonly currency: string;
  readonly livemode: boolean;
  /** As FinCore has left it with the payment; null where the PSP shows none. */
  readonly chargeId: string | null;
}

/** @throws PspContradiction unless the PSP speaks of the payment that was asked for. */
export function assertSamePayment(terms: PaymentTerms, facts: PaymentFacts): void {
  const { amount, chargeId } = terms;
  const asked: readonly (readonly [what: string, asked: string, shown: string])[] = [
    ['amount', shownMoney(amount), shownMoney(facts)],
    ['livemode', String(isLive(terms.tenant)), String(facts.livemode)],
    ['charge', chargeId, facts.chargeId ?? chargeId],
  ];
  for (const [what, expected, shown] of asked)
    if (expected !== shown)
      throw new PspContradiction(
        `${facts.pspReference} of ${chargeId}: the ${what} asked for is ${expected}, the provider shows ${shown}`,
      );
}

/** @throws PspContradiction unless the PSP speaks of the refund that was asked for. */
export function assertSameRefund(
  { amount, pspReference }: { readonly amount: Money; readonly pspReference: string },
  facts: Omit<PaymentFacts, 'livemode' | 'chargeId'> & { readonly payment: string | null },
): void {
  if (facts.payment !== null && facts.payment !== pspReference)
    throw new PspContradiction(
      `${facts.pspReference}: a refund of ${pspReference} was asked for, the provider shows one of ${facts.payment}`,
    );
  if (shownMoney(amount) !== shownMoney(facts))
    throw new PspContradiction(
      `${facts.pspReference}: the amount asked for is ${shownMoney(amount)}, the provider shows ${shownMoney(facts)}`,
    );
}

/** Minor units with the code, because the currency may be one that FinCore does not know. */
const shownMoney = ({ amountMinor, currency }: { readonly amountMinor: bigint; readonly currency: string }) =>
  `${String(amountMinor)} ${currency} (minor units)`;
