import type Stripe from 'stripe';
import type { Metadata } from '../wire/parameters';
import { renderPaymentError, type PaymentErrorState } from './payment-error';

export interface SetupIntentState {
  readonly id: string;
  readonly created: number;
  readonly status:
    'canceled' | 'requires_action' | 'requires_confirmation' | 'requires_payment_method' | 'succeeded';
  readonly client_secret: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly payment_method: string | null;
  readonly payment_method_types: readonly string[];
  readonly last_setup_error: PaymentErrorState | null;
  readonly redirect: { readonly url: string; readonly return_url: string | null } | null;
  readonly cancellation_reason: string | null;
  readonly usage: 'off_session' | 'on_session';
}

export const renderSetupIntent = (state: SetupIntentState): Stripe.SetupIntent => ({
  id: state.id,
  object: 'setup_intent',
  allowed_payment_method_types: null,
  application: null,
  automatic_payment_methods: null,
  cancellation_reason: state.cancellation_reason,
  client_secret: state.client_secret,
  created: state.created,
  customer: state.customer,
  customer_account: null,
  description: state.description,
  excluded_payment_method_types: null,
  flow_directions: null,
  last_setup_error:
    state.last_setup_error === null ? null : renderPaymentError(state.last_setup_error, 'setup_intent'),
  latest_attempt: null,
  livemode: false,
  mandate: null,
  metadata: state.metadata,
  next_action: state.redirect === null ? null : { redirect_to_url: state.redirect, type: 'redirect_to_url' },
  on_behalf_of: null,
  payment_method: state.payment_method,
  payment_method_configuration_details: null,
  payment_method_options: {
    card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
  },
  payment_method_types: [...state.payment_method_types],
  single_use_mandate: null,
  status: state.status,
  usage: state.usage,
});
