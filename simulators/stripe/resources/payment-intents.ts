import { checkAmount, currencyOf, display } from '../money/currencies';
import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import { invalidRequest, noSuch, unauthorized } from '../wire/api-error';
import { listOf } from '../wire/list';
import { searchOf } from '../wire/search';
import { captureCharge, followUp } from './charging';
import { attempt, refuseIfDeclined, type AttemptOptions } from './payment-intent-attempt';
import {
  checkMethod,
  confirmNames,
  createNames,
  newPaymentIntent,
  updateNames,
  withDetails,
} from './payment-intent-parameters';
import * as refusals from './payment-intent-refusals';
import type { PaymentIntentState } from './payment-intent-state';
import { paymentMethodOf } from './payment-method-lookup';

const reply = (state: PaymentIntentState): Reply => ({ kind: 'payment_intent', state });

function find({ unit, id, keyKind, parameters }: Call): PaymentIntentState {
  const intent = unit.get('payment_intent', id);
  if (intent === undefined) throw noSuch('payment_intent', id, 'intent');
  if (keyKind === 'publishable' && parameters.text('client_secret') !== intent.client_secret) {
    throw unauthorized(
      'The client_secret provided does not match the client_secret associated with this PaymentIntent.',
    );
  }
  return intent;
}

function create({ unit, parameters, publicUrl }: Call): Reply {
  const isConfirmed = parameters.boolean('confirm') ?? false;
  if (!isConfirmed) {
    const orphan = ['off_session', 'error_on_requires_action', 'return_url'].find((name) =>
      parameters.has(name),
    );
    if (orphan !== undefined) {
      throw invalidRequest(`You must set \`confirm\` to \`true\` to use the \`${orphan}\` parameter.`, {
        param: orphan,
      });
    }
  }
  const bare = newPaymentIntent(unit, parameters);
  const method = paymentMethodOf(unit, parameters);
  if (method !== undefined) checkMethod(bare, method);
  const state: PaymentIntentState =
    method === undefined ? bare : { ...bare, payment_method: method.id, status: 'requires_confirmation' };
  if (isConfirmed && method === undefined) throw refusals.missingPaymentMethod(bare);
  unit.emit('payment_intent.created', { kind: 'payment_intent', state });
  if (!isConfirmed || method === undefined) return reply(state);
  const attempted = attempt(unit, { intent: state, method }, optionsOf({ parameters, publicUrl }));
  refuseIfDeclined(attempted);
  return reply(attempted);
}

function optionsOf({ parameters, publicUrl }: Pick<Call, 'parameters' | 'publicUrl'>): AttemptOptions {
  const offSession = parameters.text('off_session');
  return {
    // Besides a boolean, Stripe takes `one_off` and `recurring` here, which also mean that nobody is there.
    isOffSession: offSession !== undefined && offSession !== 'false' && offSession !== '',
    refusesAction: parameters.boolean('error_on_requires_action') ?? false,
    returnUrl: parameters.url('return_url') ?? null,
    publicUrl,
  };
}

function update(call: Call): Reply {
  const { unit, parameters } = call;
  const intent = find(call);
  const isOpen = ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(
    intent.status,
  );
  const isProtected = ['amount', 'currency', 'payment_method', 'payment_method_data', 'capture_method'].some(
    (name) => parameters.has(name),
  );
  if (!isOpen && isProtected) throw refusals.cannotUpdate(intent);
  const currency = parameters.has('currency')
    ? currencyOf(parameters.requiredText('currency'))
    : intent.currency;
  const amount = parameters.integer('amount') ?? intent.amount;
  checkAmount(amount, currency);
  const detailed = withDetails(unit, parameters, { ...intent, amount, currency });
  const method = paymentMethodOf(unit, parameters);
  if (method !== undefined) checkMethod(detailed, method);
  const state: PaymentIntentState =
    method === undefined
      ? detailed
      : {
          ...detailed,
          payment_method: method.id,
          status: 'requires_confirmation',
          redirect: null,
          isAuthenticated: false,
        };
  unit.put({ kind: 'payment_intent', state });
  return reply(state);
}

function confirm(call: Call): Reply {
  const { unit, parameters } = call;
  const intent = find(call);
  const replacement = paymentMethodOf(unit, parameters);
  const mayConfirm =
    intent.status === 'requires_confirmation' ||
    intent.status === 'requires_payment_method' ||
    (intent.status === 'requires_action' && replacement !== undefined);
  if (!mayConfirm) throw refusals.cannotConfirm(intent);
  const stored =
    intent.payment_method === null ? undefined : unit.get('payment_method', intent.payment_method);
  const method = replacement ?? stored;
  if (method === undefined) throw refusals.missingPaymentMethod(intent);
  const detailed = withDetails(unit, parameters, intent);
  checkMethod(detailed, method);
  const attempted = attempt(
    unit,
    { intent: replacement === undefined ? detailed : { ...detailed, isAuthenticated: false }, method },
    optionsOf(call),
  );
  refuseIfDeclined(attempted);
  return reply(attempted);
}

function capture(call: Call): Reply {
  const { unit, parameters } = call;
  const intent = find(call);
  const held = intent.latest_charge === null ? undefined : unit.get('charge', intent.latest_charge);
  if (intent.status !== 'requires_capture' || held === undefined) throw refusals.cannotCapture(intent);
  const amount = parameters.integer('amount_to_capture') ?? intent.amount_capturable;
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount_to_capture',
    });
  }
  if (amount > intent.amount_capturable) {
    throw invalidRequest(
      `Requested capture amount (${display(amount, intent.currency)}) is greater than the amount you can capture for this charge (${display(intent.amount_capturable, intent.currency)}).`,
      { code: 'amount_too_large', param: 'amount_to_capture' },
    );
  }
  const asksForMore = parameters.boolean('final_capture') === false;
  if (asksForMore && !held.is_multicapture) {
    throw invalidRequest(
      'You can only set `final_capture` to `false` on a PaymentIntent whose charge has multicapture available. Set `payment_method_options[card][request_multicapture]` to `if_available` before confirming.',
      { param: 'final_capture' },
    );
  }
  const isFinal = !asksForMore || amount === intent.amount_capturable;
  const charged = captureCharge(unit, held, { amount, isFinal });
  const state: PaymentIntentState = {
    ...intent,
    status: isFinal ? 'succeeded' : 'requires_capture',
    amount_capturable: isFinal ? 0 : intent.amount_capturable - amount,
    amount_received: intent.amount_received + amount,
    metadata: parameters.metadata(intent.metadata),
  };
  unit.emit(isFinal ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated', {
    kind: 'payment_intent',
    state,
  });
  if (isFinal) followUp(unit, charged);
  return reply(state);
}

const cancellationReasons = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;

function cancel(call: Call): Reply {
  const { unit, parameters } = call;
  const intent = find(call);
  if (!refusals.cancelable.includes(intent.status)) throw refusals.cannotCancel(intent);
  const reason = parameters.oneOf('cancellation_reason', cancellationReasons) ?? null;
  return reply(release(unit, intent, reason));
}

/** Ends an intent that has not been paid, and releases what it holds. */
export function release(
  unit: Call['unit'],
  intent: PaymentIntentState,
  reason: string | null,
): PaymentIntentState {
  const held =
    intent.status === 'requires_capture' && intent.latest_charge !== null
      ? unit.get('charge', intent.latest_charge)
      : undefined;
  if (held !== undefined) {
    const isUntouched = held.amount_captured === 0;
    const state = {
      ...held,
      capture_before: null,
      ...(isUntouched ? { status: 'voided' as const } : { captured: true }),
    };
    const type = reason === 'automatic' ? 'charge.expired' : 'charge.refunded';
    if (isUntouched) unit.emit(type, { kind: 'charge', state });
    else unit.put({ kind: 'charge', state });
  }
  const state: PaymentIntentState = {
    ...intent,
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: unit.created,
    cancellation_reason: reason,
    redirect: null,
  };
  unit.emit('payment_intent.canceled', { kind: 'payment_intent', state });
  return state;
}

function retrieve(call: Call): Reply {
  return reply(find(call));
}

/** Card payments are eligible only with features that the simulator's accounts do not have. */
function increment(call: Call): Reply {
  throw refusals.cannotIncrement(find(call));
}

const list = (call: Call): Reply =>
  listOf(call, { kind: 'payment_intent', url: '/v1/payment_intents', equal: ['customer'] });

const search = (call: Call): Reply =>
  searchOf(call, {
    kind: 'payment_intent',
    url: '/v1/payment_intents/search',
    fields: ['amount', 'currency', 'customer', 'status'],
  });

export const paymentIntentRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/payment_intents', parameters: createNames, handle: create },
  { method: 'GET', path: '/v1/payment_intents', parameters: listNames('customer'), handle: list },
  {
    method: 'GET',
    path: '/v1/payment_intents/search',
    parameters: names('query limit page'),
    handle: search,
  },
  {
    method: 'GET',
    path: '/v1/payment_intents/:id',
    parameters: names('client_secret key'),
    isPublic: true,
    handle: retrieve,
  },
  { method: 'POST', path: '/v1/payment_intents/:id', parameters: updateNames, handle: update },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    parameters: confirmNames,
    isPublic: true,
    handle: confirm,
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    parameters: names(
      'amount_to_capture final_capture metadata statement_descriptor statement_descriptor_suffix',
    ),
    handle: capture,
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    parameters: names('cancellation_reason'),
    handle: cancel,
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/increment_authorization',
    parameters: names('amount metadata description statement_descriptor'),
    handle: increment,
  },
];
