import type Stripe from 'stripe';
import { type CardFacts, type PaymentTerms, assertSamePayment, assertSameRefund } from '../../../core/ports';
import type { Money } from '../../../core/kernel';
import { fromStripeAmount } from './amounts';

/** The PaymentIntent, once it is sure to be the one that was asked for. @throws PspContradiction */
export function sameAs(terms: PaymentTerms, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  const { id, amount, currency, livemode, metadata } = intent;
  assertSamePayment(terms, {
    pspReference: id,
    ...fromStripeAmount(amount, currency),
    livemode,
    chargeId: metadata.charge_id ?? null,
  });
  // The amount taken is in the payment's currency; an expanded charge has its own.
  if (typeof intent.latest_charge === 'object' && intent.latest_charge !== null) {
    const charge = intent.latest_charge;
    assertSamePayment(terms, {
      pspReference: charge.id,
      ...fromStripeAmount(charge.amount, charge.currency),
      livemode: charge.livemode,
      chargeId: metadata.charge_id ?? null,
    });
  }
  return intent;
}

/** The refund, once it is sure to be the one that was asked for. @throws PspContradiction */
export function sameRefundAs(
  asked: { readonly amount: Money; readonly pspReference: string },
  refund: Stripe.Refund,
): Stripe.Refund {
  const { id, amount, currency, payment_intent: intent } = refund;
  assertSameRefund(asked, {
    pspReference: id,
    ...fromStripeAmount(amount, currency),
    payment: typeof intent === 'string' ? intent : (intent?.id ?? null),
  });
  return refund;
}

const fundings = ['credit', 'debit', 'prepaid', 'unknown'] as const;

/** What Stripe says of a card, in an error, a payment method or a charge. */
interface StripeCard {
  readonly brand?: string | null;
  readonly last4?: string | null;
  readonly country?: string | null;
  readonly funding?: string | null;
}

export function cardFactsOf(card: StripeCard | null | undefined): CardFacts | null {
  if (card === null || card === undefined) return null;
  return {
    brand: card.brand ?? null,
    last4: card.last4 !== undefined && /^\d{4}$/.test(card.last4 ?? '') ? card.last4 : null,
    country: card.country ?? null,
    funding: fundings.find((known) => known === card.funding) ?? null,
  };
}
