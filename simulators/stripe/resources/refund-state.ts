import type Stripe from 'stripe';
import type { Metadata } from '../wire/parameters';

export type RefundReason = 'duplicate' | 'fraudulent' | 'requested_by_customer';

export interface RefundState {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly payment_intent: string | null;
  readonly status: 'canceled' | 'failed' | 'pending' | 'succeeded';
  /** What still happens to it: nothing, or an outcome that arrives later. */
  readonly settlesAs: 'failed' | 'succeeded' | null;
  readonly reason: RefundReason | null;
  readonly metadata: Metadata;
  readonly balance_transaction: string | null;
  readonly failure_balance_transaction: string | null;
}

export const renderRefund = (state: RefundState): Stripe.Refund => ({
  id: state.id,
  object: 'refund',
  amount: state.amount,
  balance_transaction: state.balance_transaction,
  charge: state.charge,
  created: state.created,
  currency: state.currency,
  customer: null,
  customer_account: null,
  destination_details: {
    card: {
      reference: state.id.slice(-15),
      reference_status: state.status === 'succeeded' ? 'available' : 'pending',
      reference_type: 'acquirer_reference_number',
      type: 'refund',
    },
    type: 'card',
  },
  ...(state.failure_balance_transaction === null
    ? {}
    : { failure_balance_transaction: state.failure_balance_transaction }),
  ...(state.status === 'failed' ? { failure_reason: 'expired_or_canceled_card' } : {}),
  metadata: state.metadata,
  payment_intent: state.payment_intent,
  payment_method: null,
  ...(state.status === 'pending' ? { pending_reason: 'processing' } : {}),
  reason: state.reason,
  receipt_number: null,
  source_transfer_reversal: null,
  status: state.status,
  transfer_reversal: null,
});
