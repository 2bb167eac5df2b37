import type Stripe from 'stripe';
import type { Metadata } from '../wire/parameters';
import type { PostalAddress, Shipping } from './billing-details';

export interface CustomerState {
  readonly id: string;
  readonly created: number;
  readonly deleted?: true;
  readonly address: PostalAddress | null;
  readonly description: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly shipping: Shipping | null;
  readonly metadata: Metadata;
  readonly default_payment_method: string | null;
  readonly invoice_prefix: string;
}

export const renderCustomer = (state: CustomerState): Stripe.Customer | Stripe.DeletedCustomer =>
  state.deleted === true
    ? { id: state.id, object: 'customer', deleted: true }
    : {
        id: state.id,
        object: 'customer',
        address: state.address,
        balance: 0,
        created: state.created,
        currency: null,
        customer_account: null,
        default_source: null,
        delinquent: false,
        description: state.description,
        discount: null,
        email: state.email,
        invoice_prefix: state.invoice_prefix,
        invoice_settings: {
          custom_fields: null,
          default_payment_method: state.default_payment_method,
          footer: null,
          rendering_options: null,
        },
        livemode: false,
        metadata: state.metadata,
        name: state.name,
        next_invoice_sequence: 1,
        phone: state.phone,
        preferred_locales: [],
        shipping: state.shipping,
        tax_exempt: 'none',
        test_clock: null,
      };
