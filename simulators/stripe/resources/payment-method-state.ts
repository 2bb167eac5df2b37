import type Stripe from 'stripe';
import { factsOf, type CardState } from '../cards/card';
import { cardOfRow } from '../cards/test-cards';
import type { Metadata } from '../wire/parameters';
import { noBillingDetails, type BillingDetails } from './billing-details';

export interface PaymentMethodState {
  readonly id: string;
  readonly created: number;
  readonly card: CardState;
  readonly billing: BillingDetails | null;
  readonly customer: string | null;
  readonly metadata: Metadata;
  /** Authenticated for off-session use by a SetupIntent or by `setup_future_usage`. */
  readonly isSetUp: boolean;
  /** Has paid without belonging to a customer, after which Stripe accepts it no more. */
  readonly isSpent: boolean;
}

type Check = 'fail' | 'pass' | 'unavailable' | null;

export interface Checks {
  readonly address_line1_check: Check;
  readonly address_postal_code_check: Check;
  readonly cvc_check: Check;
}

/** What the issuer said of the data that was given: nothing given, nothing checked. */
export function checksOf(card: CardState, billing: BillingDetails | null): Checks {
  const checks = cardOfRow(card.row)?.checks;
  return {
    address_line1_check: billing?.address.line1 == null ? null : (checks?.line1 ?? 'pass'),
    address_postal_code_check: billing?.address.postal_code == null ? null : (checks?.zip ?? 'pass'),
    cvc_check: card.cvc ? (checks?.cvc ?? 'pass') : null,
  };
}

export function renderPaymentMethod(state: PaymentMethodState): Stripe.PaymentMethod {
  const { card } = state;
  const facts = factsOf(card);
  return {
    id: state.id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: state.billing ?? noBillingDetails,
    card: {
      brand: facts.brand,
      checks: checksOf(card, state.billing),
      country: facts.country,
      display_brand: facts.brand === 'amex' ? 'american_express' : facts.brand,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint,
      funding: facts.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [facts.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: facts.brand !== 'amex' },
      wallet: null,
    },
    created: state.created,
    customer: state.customer,
    customer_account: null,
    livemode: false,
    metadata: state.metadata,
    type: 'card',
  };
}
