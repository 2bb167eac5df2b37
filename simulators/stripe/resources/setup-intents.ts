import { behaviorOf } from '../cards/card';
import { declineOf, type DeclineReason } from '../cards/declines';
import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import { newId, randomText } from '../store/ids';
import { ApiError, invalidRequest, noSuch, unauthorized } from '../wire/api-error';
import { listOf } from '../wire/list';
import { declineDetails } from './payment-error';
import { readCustomer } from './payment-intent-parameters';
import { paymentMethodOf } from './payment-method-lookup';
import type { PaymentMethodState } from './payment-method-state';
import { succeedSetup } from './setup-intent-authentication';
import { renderSetupIntent, type SetupIntentState } from './setup-intent-state';

const reply = (state: SetupIntentState): Reply => ({ kind: 'setup_intent', state });

function find({ unit, id, keyKind, parameters }: Call): SetupIntentState {
  const intent = unit.get('setup_intent', id);
  if (intent === undefined) throw noSuch('setupintent', id, 'intent');
  if (keyKind === 'publishable' && parameters.text('client_secret') !== intent.client_secret) {
    throw unauthorized(
      'The client_secret provided does not match the client_secret associated with this SetupIntent.',
    );
  }
  return intent;
}

const unexpected = (message: string, intent: SetupIntentState): ApiError =>
  invalidRequest(message, { code: 'setup_intent_unexpected_state', setup_intent: renderSetupIntent(intent) });

function create(call: Call): Reply {
  const { unit, parameters } = call;
  const id = newId('seti');
  const method = paymentMethodOf(unit, parameters);
  const state: SetupIntentState = {
    id,
    created: unit.created,
    status: method === undefined ? 'requires_payment_method' : 'requires_confirmation',
    client_secret: `${id}_secret_${randomText(25)}`,
    customer: readCustomer(unit, parameters) ?? null,
    description: parameters.optionalText('description') ?? null,
    metadata: parameters.metadata(),
    payment_method: method?.id ?? null,
    payment_method_types: parameters.texts('payment_method_types') ??
      parameters.texts('allowed_payment_method_types') ?? ['card'],
    last_setup_error: null,
    redirect: null,
    cancellation_reason: null,
    usage: parameters.oneOf('usage', ['off_session', 'on_session'] as const) ?? 'off_session',
  };
  unit.emit('setup_intent.created', { kind: 'setup_intent', state });
  if (parameters.boolean('confirm') !== true) return reply(state);
  return attemptSetup(call, state, method);
}

function confirm(call: Call): Reply {
  const intent = find(call);
  if (intent.status !== 'requires_confirmation' && intent.status !== 'requires_payment_method') {
    throw unexpected(
      `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
      intent,
    );
  }
  const stored =
    intent.payment_method === null ? undefined : call.unit.get('payment_method', intent.payment_method);
  return attemptSetup(call, intent, paymentMethodOf(call.unit, call.parameters) ?? stored);
}

function attemptSetup(call: Call, before: SetupIntentState, method: PaymentMethodState | undefined): Reply {
  if (method === undefined) {
    throw unexpected("You cannot confirm this SetupIntent because it's missing a payment method.", before);
  }
  const { unit, parameters } = call;
  const intent: SetupIntentState = { ...before, payment_method: method.id, last_setup_error: null };
  const decline = setupDecline(method);
  if (decline !== undefined) throw refuse(call, intent, { method, reason: decline });
  const authentication = behaviorOf(method.card)?.authentication;
  if (authentication === undefined || authentication === 'on_session')
    return reply(succeedSetup(unit, intent, method));
  const state: SetupIntentState = {
    ...intent,
    status: 'requires_action',
    redirect: {
      url: `${call.publicUrl}/simulator/3ds/${intent.id}`,
      return_url: parameters.url('return_url') ?? null,
    },
  };
  unit.emit('setup_intent.requires_action', { kind: 'setup_intent', state });
  return reply(state);
}

/** Cards that can be attached although they decline later pass here too. */
function setupDecline(method: PaymentMethodState): DeclineReason | undefined {
  const behavior = behaviorOf(method.card);
  if (behavior === undefined) return 'test_mode_live_card';
  if (behavior.authentication === 'lookup_fails') return 'processing_error';
  return behavior.attachable === true ? undefined : behavior.decline;
}

function refuse(
  { unit }: Call,
  intent: SetupIntentState,
  { method, reason }: { readonly method: PaymentMethodState; readonly reason: DeclineReason },
): ApiError {
  const state: SetupIntentState = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    last_setup_error: { kind: 'declined', reason, charge: null, method },
  };
  unit.emit('setup_intent.setup_failed', { kind: 'setup_intent', state });
  return new ApiError(402, 'card_error', declineOf(reason).message, {
    ...declineDetails(reason),
    setup_intent: renderSetupIntent(state),
  });
}

function update(call: Call): Reply {
  const { unit, parameters } = call;
  const intent = find(call);
  const method = paymentMethodOf(unit, parameters);
  const description = parameters.optionalText('description');
  const state: SetupIntentState = {
    ...intent,
    customer: readCustomer(unit, parameters) ?? intent.customer,
    description: description === undefined ? intent.description : description,
    metadata: parameters.metadata(intent.metadata),
    ...(method === undefined ? {} : { payment_method: method.id, status: 'requires_confirmation' as const }),
  };
  unit.put({ kind: 'setup_intent', state });
  return reply(state);
}

function cancel(call: Call): Reply {
  const intent = find(call);
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpected(
      `You cannot cancel this SetupIntent because it has a status of ${intent.status}.`,
      intent,
    );
  }
  const state: SetupIntentState = {
    ...intent,
    status: 'canceled',
    redirect: null,
    cancellation_reason:
      call.parameters.oneOf('cancellation_reason', [
        'abandoned',
        'duplicate',
        'requested_by_customer',
      ] as const) ?? null,
  };
  call.unit.emit('setup_intent.canceled', { kind: 'setup_intent', state });
  return reply(state);
}

const list = (call: Call): Reply =>
  listOf(call, { kind: 'setup_intent', url: '/v1/setup_intents', equal: ['customer', 'payment_method'] });

const createNames = names(
  'automatic_payment_methods confirm customer description flow_directions mandate_data metadata payment_method ' +
    'payment_method_data payment_method_options payment_method_types return_url usage use_stripe_sdk allowed_payment_method_types excluded_payment_method_types',
);
const confirmNames = names(
  'client_secret key mandate_data payment_method payment_method_data payment_method_options return_url use_stripe_sdk allowed_payment_method_types',
);

export const setupIntentRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/setup_intents', parameters: createNames, handle: create },
  {
    method: 'GET',
    path: '/v1/setup_intents',
    parameters: listNames('customer payment_method'),
    handle: list,
  },
  {
    method: 'GET',
    path: '/v1/setup_intents/:id',
    parameters: names('client_secret key'),
    isPublic: true,
    handle: (call) => reply(find(call)),
  },
  {
    method: 'POST',
    path: '/v1/setup_intents/:id',
    parameters: names(
      'customer description metadata payment_method payment_method_data payment_method_options payment_method_types',
    ),
    handle: update,
  },
  {
    method: 'POST',
    path: '/v1/setup_intents/:id/confirm',
    parameters: confirmNames,
    isPublic: true,
    handle: confirm,
  },
  {
    method: 'POST',
    path: '/v1/setup_intents/:id/cancel',
    parameters: names('cancellation_reason'),
    handle: cancel,
  },
];
