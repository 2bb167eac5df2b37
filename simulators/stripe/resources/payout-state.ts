import type Stripe from 'stripe';
import type { Metadata } from '../wire/parameters';

export interface PayoutState {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly status: 'canceled' | 'paid' | 'pending';
  readonly arrival_date: number;
  readonly balance_transaction: string;
  readonly failure_balance_transaction: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly method: 'instant' | 'standard';
  readonly statement_descriptor: string | null;
}

export const renderPayout = (state: PayoutState): Stripe.Payout => ({
  id: state.id,
  object: 'payout',
  amount: state.amount,
  application_fee: null,
  application_fee_amount: null,
  arrival_date: state.arrival_date,
  automatic: false,
  balance_transaction: state.balance_transaction,
  created: state.created,
  currency: state.currency,
  description: state.description,
  destination: `ba_${state.id.slice(3)}`,
  failure_balance_transaction: state.failure_balance_transaction,
  failure_code: null,
  failure_message: null,
  livemode: false,
  metadata: state.metadata,
  method: state.method,
  original_payout: null,
  payout_method: null,
  reconciliation_status: 'not_applicable',
  reversed_by: null,
  source_type: 'card',
  statement_descriptor: state.statement_descriptor,
  status: state.status,
  trace_id: null,
  type: 'bank_account',
});
