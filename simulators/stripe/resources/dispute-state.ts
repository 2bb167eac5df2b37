import type Stripe from 'stripe';
import type { Metadata } from '../wire/parameters';
import { renderBalanceTransaction, type BalanceTransactionState } from './balance-transaction-state';

export type DisputeStatus =
  | 'lost'
  | 'needs_response'
  | 'under_review'
  | 'warning_closed'
  | 'warning_needs_response'
  | 'warning_under_review'
  | 'won';

/** The texts of the evidence that may be sent, as Stripe names them. */
export const evidenceTexts = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const;

export type EvidenceText = (typeof evidenceTexts)[number];

export interface DisputeState {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly payment_intent: string | null;
  readonly reason: string;
  readonly status: DisputeStatus;
  readonly evidence: Readonly<Partial<Record<EvidenceText, string>>>;
  readonly submissions: number;
  readonly metadata: Metadata;
  /** Withdrawn when the dispute began, reinstated when it was won. */
  readonly balance_transactions: readonly BalanceTransactionState[];
}

const daysToRespond = 9;

export function renderDispute(state: DisputeState): Stripe.Dispute {
  const isInquiry = state.status.startsWith('warning');
  const evidence = (name: EvidenceText): string | null => state.evidence[name] ?? null;
  return {
    id: state.id,
    object: 'dispute',
    amount: state.amount,
    balance_transactions: state.balance_transactions.map(renderBalanceTransaction),
    charge: state.charge,
    created: state.created,
    currency: state.currency,
    enhanced_eligibility_types: [],
    evidence: {
      access_activity_log: evidence('access_activity_log'),
      billing_address: evidence('billing_address'),
      cancellation_policy: evidence('cancellation_policy'),
      cancellation_policy_disclosure: evidence('cancellation_policy_disclosure'),
      cancellation_rebuttal: evidence('cancellation_rebuttal'),
      customer_communication: evidence('customer_communication'),
      customer_email_address: evidence('customer_email_address'),
      customer_name: evidence('customer_name'),
      customer_purchase_ip: evidence('customer_purchase_ip'),
      customer_signature: evidence('customer_signature'),
      duplicate_charge_documentation: evidence('duplicate_charge_documentation'),
      duplicate_charge_explanation: evidence('duplicate_charge_explanation'),
      duplicate_charge_id: evidence('duplicate_charge_id'),
      enhanced_evidence: {},
      product_description: evidence('product_description'),
      receipt: evidence('receipt'),
      refund_policy: evidence('refund_policy'),
      refund_policy_disclosure: evidence('refund_policy_disclosure'),
      refund_refusal_explanation: evidence('refund_refusal_explanation'),
      service_date: evidence('service_date'),
      service_documentation: evidence('service_documentation'),
      shipping_address: evidence('shipping_address'),
      shipping_carrier: evidence('shipping_carrier'),
      shipping_date: evidence('shipping_date'),
      shipping_documentation: evidence('shipping_documentation'),
      shipping_tracking_number: evidence('shipping_tracking_number'),
      uncategorized_file: evidence('uncategorized_file'),
      uncategorized_text: evidence('uncategorized_text'),
    },
    evidence_details: {
      due_by: state.created + daysToRespond * 86_400,
      enhanced_eligibility: {},
      has_evidence: Object.keys(state.evidence).length > 0,
      past_due: false,
      submission_count: state.submissions,
      submission_method: 'manual',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: state.metadata,
    network_reason_code: state.reason === 'product_not_received' ? '13.1' : '10.4',
    payment_intent: state.payment_intent,
    payment_method_details: {
      card: {
        brand: 'visa',
        case_type: isInquiry ? 'inquiry' : 'chargeback',
        network: 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason: state.reason,
    status: state.status,
  };
}
