import { behaviorOf } from '../cards/card';
import { declineOf } from '../cards/declines';
import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import { ApiError, invalidRequest, noSuch, noSuchReference } from '../wire/api-error';
import { listOf } from '../wire/list';
import { readBillingDetails } from './billing-details';
import { declineDetails } from './payment-error';
import { existingOrDocumented, newFromParameters } from './payment-method-lookup';
import type { PaymentMethodState } from './payment-method-state';

const reply = (state: PaymentMethodState): Reply => ({ kind: 'payment_method', state });

function find({ unit, id }: Call): PaymentMethodState {
  const method = unit.get('payment_method', id);
  if (method === undefined) throw noSuch('PaymentMethod', id, 'payment_method');
  return method;
}

const create = ({ unit, parameters }: Call): Reply => reply(newFromParameters(unit, parameters));

function update(call: Call): Reply {
  const { unit, parameters } = call;
  const method = find(call);
  if (method.customer === null) {
    throw invalidRequest('You must save this PaymentMethod to a customer before you can update it.', {
      param: 'payment_method',
    });
  }
  const state: PaymentMethodState = {
    ...method,
    billing: readBillingDetails(parameters.group('billing_details'), method.billing),
    metadata: parameters.metadata(method.metadata),
  };
  unit.emit('payment_method.updated', { kind: 'payment_method', state });
  return reply(state);
}

/** Attaching asks the issuer, which is when cards that always decline show it. */
function attach({ unit, id, parameters }: Call): Reply {
  const customer = parameters.requiredText('customer');
  const owner = unit.get('customer', customer);
  if (owner === undefined || owner.deleted === true) throw noSuchReference('customer', customer, 'customer');
  const method = existingOrDocumented(unit, id, 'payment_method');
  if (method.customer !== null) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_already_attached',
      param: 'payment_method',
    });
  }
  if (method.isSpent) {
    throw invalidRequest(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
      { param: 'payment_method' },
    );
  }
  const behavior = behaviorOf(method.card);
  const decline =
    behavior === undefined
      ? 'test_mode_live_card'
      : behavior.attachable === true
        ? undefined
        : behavior.decline;
  if (decline !== undefined) {
    throw new ApiError(402, 'card_error', declineOf(decline).message, declineDetails(decline));
  }
  const state: PaymentMethodState = { ...method, customer };
  unit.emit('payment_method.attached', { kind: 'payment_method', state });
  return reply(state);
}

function detach(call: Call): Reply {
  const method = find(call);
  if (method.customer === null) {
    throw invalidRequest(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      {
        param: 'payment_method',
      },
    );
  }
  const state: PaymentMethodState = { ...method, customer: null, isSpent: true };
  call.unit.emit('payment_method.detached', { kind: 'payment_method', state }, { customer: method.customer });
  return reply(state);
}

function list(call: Call): Reply {
  checkType(call);
  return listOf(call, { kind: 'payment_method', url: '/v1/payment_methods', equal: ['customer'] });
}

function checkType({ parameters }: Call): void {
  const type = parameters.text('type');
  if (type !== undefined && type !== 'card') {
    throw invalidRequest(`Invalid type: ${type}. The simulator's accounts accept only card.`, {
      param: 'type',
    });
  }
}

function listOfCustomer(call: Call): Reply {
  checkType(call);
  const { unit, id } = call;
  if (unit.get('customer', id) === undefined) throw noSuch('customer', id);
  return listOf(call, {
    kind: 'payment_method',
    url: `/v1/customers/${id}/payment_methods`,
    reference: id,
    matches: ({ customer }) => customer === id,
  });
}

function retrieveOfCustomer({ unit, id, secondId }: Call): Reply {
  const method = unit.get('payment_method', secondId);
  if (method?.customer !== id) throw noSuch('PaymentMethod', secondId, 'payment_method');
  return reply(method);
}

export const paymentMethodRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_methods',
    parameters: names('allow_redisplay billing_details card metadata radar_options type'),
    isPublic: true,
    handle: create,
  },
  {
    method: 'GET',
    path: '/v1/payment_methods',
    parameters: listNames('customer type allow_redisplay'),
    handle: list,
  },
  {
    method: 'GET',
    path: '/v1/payment_methods/:id',
    parameters: names(),
    handle: (call) => reply(find(call)),
  },
  {
    method: 'POST',
    path: '/v1/payment_methods/:id',
    parameters: names('allow_redisplay billing_details card metadata'),
    handle: update,
  },
  { method: 'POST', path: '/v1/payment_methods/:id/attach', parameters: names('customer'), handle: attach },
  { method: 'POST', path: '/v1/payment_methods/:id/detach', parameters: names(), handle: detach },
  {
    method: 'GET',
    path: '/v1/customers/:id/payment_methods',
    parameters: listNames('type allow_redisplay'),
    handle: listOfCustomer,
  },
  {
    method: 'GET',
    path: '/v1/customers/:id/payment_methods/:id',
    parameters: names(),
    handle: retrieveOfCustomer,
  },
];
