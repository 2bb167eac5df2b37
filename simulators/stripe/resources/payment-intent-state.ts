import type Stripe from 'stripe';
import type { Metadata } from '../wire/parameters';
import type { Shipping } from './billing-details';
import { renderPaymentError, type PaymentErrorState } from './payment-error';

export type PaymentIntentStatus =
  | 'canceled'
  | 'requires_action'
  | 'requires_capture'
  | 'requires_confirmation'
  | 'requires_payment_method'
  | 'succeeded';

export type CaptureMethod = 'automatic' | 'automatic_async' | 'manual';

export interface PaymentIntentState {
  readonly id: string;
  readonly created: number;
  readonly status: PaymentIntentStatus;
  readonly amount: number;
  readonly amount_capturable: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly capture_method: CaptureMethod;
  readonly confirmation_method: 'automatic' | 'manual';
  readonly client_secret: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly payment_method: string | null;
  readonly latest_charge: string | null;
  readonly last_payment_error: PaymentErrorState | null;
  /** Where the payer authenticates, while the status is `requires_action`. */
  readonly redirect: { readonly url: string; readonly return_url: string | null } | null;
  /** The holder has authenticated this attempt; with manual confirmation the server still has to confirm it. */
  readonly isAuthenticated: boolean;
  readonly canceled_at: number | null;
  readonly cancellation_reason: string | null;
  readonly payment_method_types: readonly string[];
  readonly allowed_payment_method_types: readonly string[] | null;
  readonly automatic_payment_methods: {
    readonly enabled: boolean;
    readonly allow_redirects: 'always' | 'never';
  } | null;
  readonly requests_multicapture: boolean;
  readonly receipt_email: string | null;
  readonly setup_future_usage: 'off_session' | 'on_session' | null;
  readonly shipping: Shipping | null;
  readonly statement_descriptor: string | null;
  readonly statement_descriptor_suffix: string | null;
  readonly transfer_group: string | null;
}

export function renderPaymentIntent(state: PaymentIntentState): Stripe.PaymentIntent {
  const { redirect } = state;
  return {
    id: state.id,
    object: 'payment_intent',
    allowed_payment_method_types:
      state.allowed_payment_method_types === null ? null : [...state.allowed_payment_method_types],
    amount: state.amount,
    amount_capturable: state.amount_capturable,
    amount_details: { tip: {} },
    amount_received: state.amount_received,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: state.automatic_payment_methods,
    canceled_at: state.canceled_at,
    cancellation_reason: state.cancellation_reason,
    capture_method: state.capture_method,
    client_secret: state.client_secret,
    confirmation_method: state.confirmation_method,
    created: state.created,
    currency: state.currency,
    customer: state.customer,
    customer_account: null,
    description: state.description,
    excluded_payment_method_types: null,
    last_payment_error:
      state.last_payment_error === null ? null : renderPaymentError(state.last_payment_error),
    latest_charge: state.latest_charge,
    livemode: false,
    managed_payments: null,
    metadata: state.metadata,
    next_action: redirect === null ? null : { redirect_to_url: redirect, type: 'redirect_to_url' },
    on_behalf_of: null,
    payment_method: state.payment_method,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
        ...(state.requests_multicapture ? { request_multicapture: 'if_available' } : {}),
      },
    },
    payment_method_types: [...state.payment_method_types],
    payment_record: null,
    processing: null,
    receipt_email: state.receipt_email,
    review: null,
    setup_future_usage: state.setup_future_usage,
    shipping: state.shipping,
    source: null,
    statement_descriptor: state.statement_descriptor,
    statement_descriptor_suffix: state.statement_descriptor_suffix,
    status: state.status,
    transfer_data: null,
    transfer_group: state.transfer_group,
  };
}
