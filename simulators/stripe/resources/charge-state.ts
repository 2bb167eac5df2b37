import type Stripe from 'stripe';
import { factsOf, type CardState } from '../cards/card';
import { declineOf, type DeclineReason } from '../cards/declines';
import { cardOfRow } from '../cards/test-cards';
import type { Metadata } from '../wire/parameters';
import { noBillingDetails, type BillingDetails, type Shipping } from './billing-details';
import { checksOf } from './payment-method-state';
import { renderCard } from './token-state';

export interface ChargeState {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly currency: string;
  readonly captured: boolean;
  /** `voided` is an authorization that was released: Stripe shows it as refunded. */
  readonly status: 'failed' | 'succeeded' | 'voided';
  readonly decline: DeclineReason | null;
  readonly balance_transaction: string | null;
  readonly card: CardState;
  readonly billing: BillingDetails | null;
  readonly customer: string | null;
  readonly description: string | null;
  readonly disputed: boolean;
  readonly metadata: Metadata;
  readonly payment_intent: string | null;
  readonly payment_method: string | null;
  /** Only charges made without a PaymentIntent show their card as `source`. */
  readonly source: string | null;
  /** Unix time after which an authorization can no longer be captured. */
  readonly capture_before: number | null;
  readonly is_multicapture: boolean;
  readonly is_authenticated: boolean;
  readonly receipt_email: string | null;
  readonly shipping: Shipping | null;
  readonly statement_descriptor: string | null;
  readonly statement_descriptor_suffix: string | null;
  readonly transfer_group: string | null;
  /** The key of the request that made it: what tells two charges for one payment apart from one. */
  readonly idempotency_key: string | null;
}

export function renderCharge(state: ChargeState): Stripe.Charge {
  const decline = state.decline === null ? undefined : declineOf(state.decline);
  return {
    id: state.id,
    object: 'charge',
    amount: state.amount,
    amount_captured: state.amount_captured,
    amount_refunded: state.status === 'voided' ? state.amount : state.amount_refunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: state.balance_transaction,
    billing_details: state.billing ?? noBillingDetails,
    calculated_statement_descriptor: descriptorOf(state),
    captured: state.captured,
    created: state.created,
    currency: state.currency,
    customer: state.customer,
    description: state.description,
    disputed: state.disputed,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: state.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(state),
    paid: state.status !== 'failed',
    payment_intent: state.payment_intent,
    payment_method: state.payment_method,
    payment_method_details: { card: cardDetails(state), type: 'card' },
    radar_options: {},
    receipt_email: state.receipt_email,
    receipt_number: null,
    receipt_url: state.status === 'failed' ? null : `https://pay.stripe.com/receipts/payment/${state.id}`,
    refunded:
      state.status === 'voided' || (state.captured && state.amount_refunded === state.amount_captured),
    review: null,
    shipping: state.shipping,
    source: state.source === null ? null : renderCard(state.source, state.card, { customer: state.customer }),
    source_transfer: null,
    statement_descriptor: state.statement_descriptor,
    statement_descriptor_suffix: state.statement_descriptor_suffix,
    status: state.status === 'failed' ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: state.transfer_group,
  };
}

function descriptorOf(state: ChargeState): string | null {
  if (state.status === 'failed') return null;
  const base = state.statement_descriptor ?? 'SIMULATOR';
  return state.statement_descriptor_suffix === null
    ? base
    : `${base}* ${state.statement_descriptor_suffix}`.slice(0, 22);
}

function outcomeOf(state: ChargeState): Stripe.Charge.Outcome {
  const risk = cardOfRow(state.card.row)?.risk;
  const level = {
    risk_level: risk ?? 'normal',
    risk_score: risk === 'highest' ? 98 : risk === 'elevated' ? 70 : 12,
  };
  if (state.decline === null) {
    return {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: 'approved_by_network',
      reason: risk === 'elevated' ? 'elevated_risk_level' : null,
      ...level,
      seller_message: 'Payment complete.',
      type: 'authorized',
    };
  }
  const { declineCode, adviceCode, networkCode, blocked } = declineOf(state.decline);
  const isRadar = state.decline === 'radar_block';
  return {
    advice_code: adviceCode ?? null,
    network_advice_code: null,
    network_decline_code: networkCode ?? null,
    network_status: blocked === true ? 'not_sent_to_network' : 'declined_by_network',
    reason: isRadar ? 'highest_risk_level' : declineCode,
    ...level,
    ...(isRadar ? { rule: 'block_if_high_risk' } : {}),
    seller_message: isRadar
      ? 'Stripe blocked this payment as too risky.'
      : declineCode === 'generic_decline'
        ? 'The bank did not return any further details with this decline.'
        : `The bank returned the decline code \`${declineCode}\`.`,
    type: blocked === true ? 'blocked' : 'issuer_declined',
  };
}

function cardDetails(state: ChargeState): Stripe.Charge.PaymentMethodDetails.Card {
  const { card } = state;
  const facts = factsOf(card);
  const availability = state.is_multicapture ? 'available' : 'unavailable';
  return {
    amount_authorized: state.status === 'failed' ? null : state.amount,
    authorization_code: state.status === 'failed' ? null : state.id.slice(-6).toUpperCase(),
    brand: facts.brand,
    ...(state.capture_before === null ? {} : { capture_before: state.capture_before }),
    checks: checksOf(card, state.billing),
    country: facts.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    extended_authorization: { status: 'disabled' },
    fingerprint: card.fingerprint,
    funding: facts.funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: { status: availability },
    network: facts.brand,
    network_token: { used: false },
    network_transaction_id: state.status === 'failed' ? null : state.id.slice(-15),
    overcapture: { maximum_amount_capturable: state.amount, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: state.is_authenticated ? authenticated : null,
    transaction_link_id: null,
    wallet: null,
  };
}

const authenticated: Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};
