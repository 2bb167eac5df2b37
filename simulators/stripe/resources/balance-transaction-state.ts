import type Stripe from 'stripe';

export type BalanceTransactionType =
  'adjustment' | 'charge' | 'payout' | 'payout_cancel' | 'payout_failure' | 'refund' | 'refund_failure';

export interface BalanceTransactionState {
  readonly id: string;
  readonly created: number;
  readonly available_on: number;
  /** Signed, in minor units, before the fee. */
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  readonly type: BalanceTransactionType;
  readonly source: string;
  readonly description: string | null;
}

/** Rendered against the clock: a transaction becomes available without anything being written. */
export const renderBalanceTransaction = (state: BalanceTransactionState): Stripe.BalanceTransaction => ({
  id: state.id,
  object: 'balance_transaction',
  amount: state.amount,
  available_on: state.available_on,
  balance_type: 'payments',
  created: state.created,
  currency: state.currency,
  description: state.description,
  exchange_rate: null,
  fee: state.fee,
  fee_details:
    state.fee === 0
      ? []
      : [
          {
            amount: state.fee,
            application: null,
            currency: state.currency,
            description: state.type === 'adjustment' ? 'Dispute fee' : 'Stripe processing fees',
            type: 'stripe_fee',
          },
        ],
  net: state.amount - state.fee,
  reporting_category: reportingCategory[state.type],
  source: state.source,
  status: isAvailable(state, Date.now()) ? 'available' : 'pending',
  type: state.type,
});

export const isAvailable = (state: BalanceTransactionState, nowMs: number): boolean =>
  state.available_on * 1_000 <= nowMs;

const reportingCategory: Readonly<Record<BalanceTransactionType, string>> = {
  adjustment: 'dispute',
  charge: 'charge',
  payout: 'payout',
  payout_cancel: 'payout_reversal',
  payout_failure: 'payout_reversal',
  refund: 'refund',
  refund_failure: 'refund_failure',
};
