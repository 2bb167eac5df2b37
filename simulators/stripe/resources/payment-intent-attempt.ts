import { behaviorOf } from '../cards/card';
import type { DeclineReason } from '../cards/declines';
import { declineOf } from '../cards/declines';
import type { UnitOfWork } from '../store/unit-of-work';
import { ApiError } from '../wire/api-error';
import { charge, followUp } from './charging';
import type { ChargeState } from './charge-state';
import { declineDetails } from './payment-error';
import { renderPaymentIntent, type PaymentIntentState } from './payment-intent-state';
import { renderPaymentMethod, type PaymentMethodState } from './payment-method-state';

export interface AttemptOptions {
  /** The payer is not there to authenticate. */
  readonly isOffSession: boolean;
  /** Rather fail than ask for authentication. */
  readonly refusesAction: boolean;
  readonly returnUrl: string | null;
  readonly publicUrl: string;
}

/**
 * Attempts the payment with the intent's payment method, and emits what happened.
 * @returns the intent afterwards: succeeded, authorized, waiting for the payer, or back without a payment method
 *   when the card was declined; {@link refuseIfDeclined} turns the last into Stripe's answer.
 */
export function attempt(
  unit: UnitOfWork,
  { intent, method }: { readonly intent: PaymentIntentState; readonly method: PaymentMethodState },
  options: AttemptOptions,
): PaymentIntentState {
  const attempted: PaymentIntentState = { ...intent, payment_method: method.id, last_payment_error: null };
  const authentication = intent.isAuthenticated ? 'none' : authenticationNeeded(method, options.isOffSession);
  if (authentication === 'impossible') return fail(unit, attempted, { method, reason: 'processing_error' });
  if (authentication === 'needed') {
    if (options.isOffSession || options.refusesAction) {
      return fail(unit, attempted, { method, reason: 'authentication_required' });
    }
    return askForAuthentication(unit, attempted, options);
  }
  return pay(unit, attempted, method);
}

function authenticationNeeded(
  method: PaymentMethodState,
  isOffSession: boolean,
): 'impossible' | 'needed' | 'none' {
  switch (behaviorOf(method.card)?.authentication) {
    case 'always':
      return 'needed';
    case 'lookup_fails':
      return 'impossible';
    case 'on_session':
      return isOffSession ? 'none' : 'needed';
    case 'unless_set_up':
      return isOffSession && method.isSetUp ? 'none' : 'needed';
    case undefined:
      return 'none';
  }
}

function askForAuthentication(
  unit: UnitOfWork,
  intent: PaymentIntentState,
  options: AttemptOptions,
): PaymentIntentState {
  const state: PaymentIntentState = {
    ...intent,
    status: 'requires_action',
    redirect: { url: `${options.publicUrl}/simulator/3ds/${intent.id}`, return_url: options.returnUrl },
  };
  unit.emit('payment_intent.requires_action', { kind: 'payment_intent', state });
  return state;
}

/** Charges the card; nothing stands in between any more. */
export function pay(
  unit: UnitOfWork,
  intent: PaymentIntentState,
  method: PaymentMethodState,
): PaymentIntentState {
  const charged = chargeFor(unit, intent, method);
  if (charged.decline !== null) return failed(unit, intent, { method, charged, reason: charged.decline });
  const isHeld = intent.capture_method === 'manual';
  const state: PaymentIntentState = {
    ...intent,
    status: isHeld ? 'requires_capture' : 'succeeded',
    amount_capturable: isHeld ? intent.amount : 0,
    amount_received: isHeld ? 0 : intent.amount,
    latest_charge: charged.id,
    redirect: null,
  };
  keepMethod(unit, state, method);
  const type = isHeld ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded';
  unit.emit(type, { kind: 'payment_intent', state });
  if (!isHeld) followUp(unit, charged);
  return state;
}

function chargeFor(
  unit: UnitOfWork,
  intent: PaymentIntentState,
  method: PaymentMethodState,
  decline?: DeclineReason,
): ChargeState {
  return charge(unit, {
    amount: intent.amount,
    currency: intent.currency,
    capture: intent.capture_method === 'manual' ? 'later' : 'now',
    card: method.card,
    billing: method.billing,
    customer: intent.customer,
    description: intent.description,
    metadata: intent.metadata,
    paymentIntent: intent.id,
    paymentMethod: method.id,
    source: null,
    isMulticapture: intent.requests_multicapture,
    isAuthenticated: intent.isAuthenticated,
    receiptEmail: intent.receipt_email,
    shipping: intent.shipping,
    statementDescriptor: intent.statement_descriptor,
    statementDescriptorSuffix: intent.statement_descriptor_suffix,
    transferGroup: intent.transfer_group,
    ...(decline === undefined ? {} : { decline }),
  });
}

/** A method that paid is kept for the customer if that was asked for, and otherwise used up. */
function keepMethod(unit: UnitOfWork, intent: PaymentIntentState, method: PaymentMethodState): void {
  if (intent.setup_future_usage !== null && intent.customer !== null) {
    const state: PaymentMethodState = {
      ...method,
      customer: intent.customer,
      isSetUp: method.isSetUp || intent.setup_future_usage === 'off_session',
    };
    if (method.customer === null) unit.emit('payment_method.attached', { kind: 'payment_method', state });
    else unit.put({ kind: 'payment_method', state });
  } else if (method.customer === null && !method.isSpent) {
    unit.put({ kind: 'payment_method', state: { ...method, isSpent: true } });
  }
}

function fail(
  unit: UnitOfWork,
  intent: PaymentIntentState,
  { method, reason }: { readonly method: PaymentMethodState; readonly reason: DeclineReason },
): PaymentIntentState {
  const charged = chargeFor(unit, intent, method, reason);
  return failed(unit, intent, { method, charged, reason });
}

interface Failure {
  readonly method: PaymentMethodState;
  readonly charged: ChargeState;
  readonly reason: DeclineReason;
}

function failed(
  unit: UnitOfWork,
  intent: PaymentIntentState,
  { method, charged, reason }: Failure,
): PaymentIntentState {
  const state: PaymentIntentState = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    latest_charge: charged.id,
    last_payment_error: { kind: 'declined', reason, charge: charged.id, method },
    redirect: null,
    isAuthenticated: false,
  };
  unit.emit('payment_intent.payment_failed', { kind: 'payment_intent', state });
  return state;
}

/** @throws ApiError 402 when the attempt that led to this state was declined. */
export function refuseIfDeclined(state: PaymentIntentState): void {
  const error = state.last_payment_error;
  if (error?.kind !== 'declined' || state.status !== 'requires_payment_method') return;
  throw new ApiError(402, 'card_error', declineOf(error.reason).message, {
    ...declineDetails(error.reason),
    ...(error.charge === null ? {} : { charge: error.charge }),
    payment_intent: renderPaymentIntent(state),
    payment_method: renderPaymentMethod(error.method),
    payment_method_type: 'card',
  });
}

/** The payer has answered the bank's challenge. */
export function finishAuthentication(
  unit: UnitOfWork,
  intent: PaymentIntentState,
  outcome: 'fail' | 'succeed',
): PaymentIntentState {
  const method =
    intent.payment_method === null ? undefined : unit.get('payment_method', intent.payment_method);
  if (method === undefined)
    throw new Error(`${intent.id} waits for authentication without a payment method.`);
  if (outcome === 'fail') {
    const state: PaymentIntentState = {
      ...intent,
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { kind: 'authentication_failed', method },
      redirect: null,
    };
    unit.emit('payment_intent.payment_failed', { kind: 'payment_intent', state });
    return state;
  }
  const authenticated: PaymentIntentState = { ...intent, isAuthenticated: true, redirect: null };
  if (intent.confirmation_method === 'automatic') return pay(unit, authenticated, method);
  const state: PaymentIntentState = { ...authenticated, status: 'requires_confirmation' };
  unit.put({ kind: 'payment_intent', state });
  return state;
}
