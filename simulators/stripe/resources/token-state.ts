import type Stripe from 'stripe';
import { factsOf, type CardState } from '../cards/card';
import type { CardBrand } from '../cards/test-card';
import { checksOf } from './payment-method-state';
import type { BillingDetails } from './billing-details';

export interface TokenState {
  readonly id: string;
  readonly created: number;
  readonly card: CardState;
  readonly cardId: string;
  readonly billing: BillingDetails | null;
  readonly used: boolean;
}

/** Card objects write brands as people do, payment methods as programs do. */
const brandNames: Readonly<Record<CardBrand, string>> = {
  amex: 'American Express',
  carnet: 'Carnet',
  diners: 'Diners Club',
  discover: 'Discover',
  eftpos_au: 'Eftpos Australia',
  jcb: 'JCB',
  mastercard: 'MasterCard',
  unionpay: 'UnionPay',
  unknown: 'Unknown',
  visa: 'Visa',
};

export interface CardContext {
  readonly billing?: BillingDetails | null;
  readonly customer?: string | null;
}

export function renderCard(
  id: string,
  card: CardState,
  { billing = null, customer = null }: CardContext,
): Stripe.Card {
  const facts = factsOf(card);
  const checks = checksOf(card, billing);
  const address = billing?.address;
  return {
    id,
    object: 'card',
    address_city: address?.city ?? null,
    address_country: address?.country ?? null,
    address_line1: address?.line1 ?? null,
    address_line1_check: checks.address_line1_check,
    address_line2: address?.line2 ?? null,
    address_state: address?.state ?? null,
    address_zip: address?.postal_code ?? null,
    address_zip_check: checks.address_postal_code_check,
    brand: brandNames[facts.brand],
    country: facts.country,
    customer,
    cvc_check: checks.cvc_check,
    dynamic_last4: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    fingerprint: card.fingerprint,
    funding: facts.funding,
    last4: card.last4,
    metadata: {},
    name: billing?.name ?? null,
    regulated_status: 'unregulated',
    tokenization_method: null,
  };
}

export const renderToken = (state: TokenState): Stripe.Token => ({
  id: state.id,
  object: 'token',
  card: renderCard(state.cardId, state.card, { billing: state.billing }),
  client_ip: null,
  created: state.created,
  livemode: false,
  type: 'card',
  used: state.used,
});
