import { declineOf } from '../cards/declines';
import { checkAmount, currencyOf, display } from '../money/currencies';
import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import type { UnitOfWork } from '../store/unit-of-work';
import { ApiError, invalidRequest, missingParameter, noSuch } from '../wire/api-error';
import { listOf } from '../wire/list';
import type { Parameters } from '../wire/parameters';
import { searchOf } from '../wire/search';
import { readShipping } from './billing-details';
import { captureCharge, charge, followUp } from './charging';
import type { ChargeState } from './charge-state';
import { declineDetails } from './payment-error';
import { readCustomer, readDescriptor } from './payment-intent-parameters';
import { spendToken, type TokenizedCard } from './payment-method-lookup';

const reply = (state: ChargeState): Reply => ({ kind: 'charge', state });

function find({ unit, id }: Call): ChargeState {
  const found = unit.get('charge', id);
  if (found === undefined) throw noSuch('charge', id);
  return found;
}

/** Stripe's older way to pay, with a token and without a PaymentIntent. */
function create({ unit, parameters }: Call): Reply {
  const amount = parameters.integer('amount');
  if (amount === undefined) throw missingParameter('amount');
  const currency = currencyOf(parameters.requiredText('currency'));
  checkAmount(amount, currency);
  const source = sourceOf(unit, parameters);
  const made = charge(unit, {
    amount,
    currency,
    capture: parameters.boolean('capture') === false ? 'later' : 'now',
    card: source.card,
    billing: source.billing,
    customer: readCustomer(unit, parameters) ?? null,
    description: parameters.optionalText('description', 1_000) ?? null,
    metadata: parameters.metadata(),
    paymentIntent: null,
    paymentMethod: source.cardId,
    source: source.cardId,
    isMulticapture: false,
    isAuthenticated: false,
    receiptEmail: parameters.optionalEmail('receipt_email') ?? null,
    shipping: readShipping(parameters.group('shipping')) ?? null,
    statementDescriptor: readDescriptor(parameters, 'statement_descriptor') ?? null,
    statementDescriptorSuffix: readDescriptor(parameters, 'statement_descriptor_suffix') ?? null,
    transferGroup: parameters.optionalText('transfer_group') ?? null,
  });
  if (made.decline !== null) {
    const { message } = declineOf(made.decline);
    throw new ApiError(402, 'card_error', message, { ...declineDetails(made.decline), charge: made.id });
  }
  if (made.captured) followUp(unit, made);
  return reply(unit.get('charge', made.id) ?? made);
}

/** A token, or else the customer's default payment method. */
function sourceOf(unit: UnitOfWork, parameters: Parameters): TokenizedCard {
  const source = parameters.optionalText('source');
  if (source != null) return spendToken(unit, source);
  const customerId = parameters.optionalText('customer');
  if (customerId == null)
    throw invalidRequest('Must provide source or customer.', { code: 'parameter_missing' });
  const method = unit.get('customer', customerId)?.default_payment_method;
  const stored = method == null ? undefined : unit.get('payment_method', method);
  if (stored === undefined) {
    throw new ApiError(402, 'card_error', 'Cannot charge a customer that has no active card', {
      code: 'missing',
      param: 'card',
    });
  }
  return { card: stored.card, billing: stored.billing, cardId: stored.id };
}

function update(call: Call): Reply {
  const { unit, parameters } = call;
  const before = find(call);
  const description = parameters.optionalText('description', 1_000);
  const receiptEmail = parameters.optionalEmail('receipt_email');
  const transferGroup = parameters.optionalText('transfer_group');
  const state: ChargeState = {
    ...before,
    customer: readCustomer(unit, parameters) ?? before.customer,
    description: description === undefined ? before.description : description,
    metadata: parameters.metadata(before.metadata),
    receipt_email: receiptEmail === undefined ? before.receipt_email : receiptEmail,
    shipping: readShipping(parameters.group('shipping')) ?? before.shipping,
    transfer_group: transferGroup === undefined ? before.transfer_group : transferGroup,
  };
  unit.emit(
    'charge.updated',
    { kind: 'charge', state },
    { description: before.description, metadata: before.metadata },
  );
  return reply(state);
}

function capture(call: Call): Reply {
  const { unit, parameters } = call;
  const held = find(call);
  if (held.payment_intent !== null) {
    throw invalidRequest(
      `This charge was created by the PaymentIntent ${held.payment_intent}. Capture it by capturing the PaymentIntent.`,
      { param: 'charge' },
    );
  }
  if (held.captured) {
    throw invalidRequest(`Charge ${held.id} has already been captured.`, { code: 'charge_already_captured' });
  }
  if (held.status !== 'succeeded') {
    throw invalidRequest(`Charge ${held.id} can no longer be captured.`, {
      code: 'charge_expired_for_capture',
    });
  }
  const amount = parameters.integer('amount') ?? held.amount;
  if (amount < 1 || amount > held.amount) {
    throw invalidRequest(
      `Amount must be between 1 and ${display(held.amount, held.currency)}, the amount of the charge; it is ${amount}.`,
      { code: amount < 1 ? 'parameter_invalid_integer' : 'amount_too_large', param: 'amount' },
    );
  }
  const captured = captureCharge(unit, held, { amount, isFinal: true });
  followUp(unit, captured);
  return reply(unit.get('charge', captured.id) ?? captured);
}

const list = (call: Call): Reply =>
  listOf(call, {
    kind: 'charge',
    url: '/v1/charges',
    equal: ['customer', 'payment_intent', 'transfer_group'],
  });

const search = (call: Call): Reply =>
  searchOf(call, {
    kind: 'charge',
    url: '/v1/charges/search',
    fields: ['amount', 'currency', 'customer', 'disputed', 'status'],
  });

function refundsOf(call: Call): Reply {
  const { id } = find(call);
  return listOf(call, {
    kind: 'refund',
    url: `/v1/charges/${id}/refunds`,
    reference: id,
    matches: (refund) => refund.charge === id,
  });
}

const createNames = names(
  'amount currency capture customer description metadata receipt_email shipping source statement_descriptor ' +
    'statement_descriptor_suffix transfer_group radar_options',
);

export const chargeRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/charges', parameters: createNames, handle: create },
  {
    method: 'GET',
    path: '/v1/charges',
    parameters: listNames('customer payment_intent transfer_group'),
    handle: list,
  },
  { method: 'GET', path: '/v1/charges/search', parameters: names('query limit page'), handle: search },
  { method: 'GET', path: '/v1/charges/:id', parameters: names(), handle: (call) => reply(find(call)) },
  {
    method: 'POST',
    path: '/v1/charges/:id',
    parameters: names('customer description fraud_details metadata receipt_email shipping transfer_group'),
    handle: update,
  },
  {
    method: 'POST',
    path: '/v1/charges/:id/capture',
    parameters: names('amount receipt_email statement_descriptor statement_descriptor_suffix transfer_group'),
    handle: capture,
  },
  { method: 'GET', path: '/v1/charges/:id/refunds', parameters: listNames(), handle: refundsOf },
];
