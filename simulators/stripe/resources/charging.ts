import { behaviorOf, type CardState } from '../cards/card';
import type { DeclineReason } from '../cards/declines';
import { processingFee } from '../money/fee';
import { newId } from '../store/ids';
import type { UnitOfWork } from '../store/unit-of-work';
import { move } from './balance-movement';
import type { BillingDetails, Shipping } from './billing-details';
import type { ChargeState } from './charge-state';
import { openDisputes } from './dispute-opening';
import type { Metadata } from '../wire/parameters';

/** An authorization can be captured for seven days. @source docs.stripe.com/payments/place-a-hold-on-a-payment-method */
export const authorizationSeconds = 7 * 86_400;

export interface ChargeRequest {
  readonly amount: number;
  readonly currency: string;
  readonly capture: 'later' | 'now';
  readonly card: CardState;
  readonly billing: BillingDetails | null;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly paymentIntent: string | null;
  readonly paymentMethod: string | null;
  readonly source: string | null;
  readonly isMulticapture: boolean;
  readonly isAuthenticated: boolean;
  readonly receiptEmail: string | null;
  readonly shipping: Shipping | null;
  readonly statementDescriptor: string | null;
  readonly statementDescriptorSuffix: string | null;
  readonly transferGroup: string | null;
  /** Set when the attempt failed before the card's own outcome counted. */
  readonly decline?: DeclineReason;
}

/**
 * Charges the card as its test card row says, and emits `charge.succeeded` or `charge.failed`.
 * Disputes that the card brings are opened by {@link followUp}, after the payment has been told.
 */
export function charge(unit: UnitOfWork, request: ChargeRequest): ChargeState {
  const behavior = behaviorOf(request.card);
  const decline =
    request.decline ?? (behavior === undefined ? 'test_mode_live_card' : (behavior.decline ?? null));
  const isCaptured = decline === null && request.capture === 'now';
  const made: ChargeState = {
    id: newId('ch'),
    created: unit.created,
    amount: request.amount,
    amount_captured: isCaptured ? request.amount : 0,
    amount_refunded: 0,
    currency: request.currency,
    captured: isCaptured,
    status: decline === null ? 'succeeded' : 'failed',
    decline,
    balance_transaction: null,
    card: request.card,
    billing: request.billing,
    customer: request.customer,
    description: request.description,
    disputed: false,
    metadata: request.metadata,
    payment_intent: request.paymentIntent,
    payment_method: request.paymentMethod,
    source: request.source,
    capture_before:
      decline === null && request.capture === 'later' ? unit.created + authorizationSeconds : null,
    is_multicapture: request.isMulticapture && request.capture === 'later',
    is_authenticated: request.isAuthenticated,
    receipt_email: request.receiptEmail,
    shipping: request.shipping,
    statement_descriptor: request.statementDescriptor,
    statement_descriptor_suffix: request.statementDescriptorSuffix,
    transfer_group: request.transferGroup,
    idempotency_key: unit.origin.idempotencyKey,
  };
  const state = isCaptured ? { ...made, balance_transaction: earn(unit, made, request.amount) } : made;
  unit.emit(decline === null ? 'charge.succeeded' : 'charge.failed', { kind: 'charge', state });
  return state;
}

/** Books captured money, less the fee. Returns the balance transaction's id. */
export function earn(unit: UnitOfWork, charged: ChargeState, amount: number): string {
  return move(unit, {
    type: 'charge',
    amount,
    fee: processingFee(amount, charged.currency),
    currency: charged.currency,
    source: charged.id,
    availability: behaviorOf(charged.card)?.bypassesPending === true ? 'now' : 'after settlement',
    description: charged.description,
  }).id;
}

export interface Capture {
  readonly amount: number;
  /** Whether what stays uncaptured is released. */
  readonly isFinal: boolean;
}

/** Captures a part or all of an authorization, and emits `charge.captured`. */
export function captureCharge(
  unit: UnitOfWork,
  charged: ChargeState,
  { amount, isFinal }: Capture,
): ChargeState {
  const state: ChargeState = {
    ...charged,
    amount_captured: charged.amount_captured + amount,
    captured: isFinal,
    balance_transaction: earn(unit, charged, amount),
    capture_before: isFinal ? null : charged.capture_before,
  };
  unit.emit('charge.captured', { kind: 'charge', state });
  return state;
}

/** What the card brings after its payment succeeded. */
export function followUp(unit: UnitOfWork, charged: ChargeState): void {
  const kind = behaviorOf(charged.card)?.dispute;
  if (kind !== undefined) openDisputes(unit, charged, kind);
}
