import { behaviorOf } from '../cards/card';
import { display } from '../money/currencies';
import { names, listNames, type Call, type Reply, type Route } from '../server/call';
import { newId } from '../store/ids';
import type { UnitOfWork } from '../store/unit-of-work';
import { invalidRequest, noSuch, noSuchReference } from '../wire/api-error';
import { listOf } from '../wire/list';
import type { Parameters } from '../wire/parameters';
import { move } from './balance-movement';
import type { ChargeState } from './charge-state';
import type { RefundState } from './refund-state';

const reply = (state: RefundState): Reply => ({ kind: 'refund', state });

function find({ unit, id }: Call): RefundState {
  const refund = unit.get('refund', id);
  if (refund === undefined) throw noSuch('refund', id);
  return refund;
}

function create({ unit, parameters }: Call): Reply {
  const charged = refundedCharge(unit, parameters);
  const left = charged.amount_captured - charged.amount_refunded;
  const amount = parameters.integer('amount') ?? left;
  if (amount < 1 && left > 0) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  checkRefundable(charged, amount);
  const later = behaviorOf(charged.card)?.refund;
  const id = newId('re');
  const state: RefundState = {
    id,
    created: unit.created,
    amount,
    currency: charged.currency,
    charge: charged.id,
    payment_intent: charged.payment_intent,
    status: later === 'pending_first' ? 'pending' : 'succeeded',
    settlesAs: later === 'pending_first' ? 'succeeded' : later === 'fails_later' ? 'failed' : null,
    reason: parameters.oneOf('reason', ['duplicate', 'fraudulent', 'requested_by_customer'] as const) ?? null,
    metadata: parameters.metadata(),
    balance_transaction: move(unit, {
      type: 'refund',
      amount: -amount,
      fee: 0,
      currency: charged.currency,
      source: id,
      availability: 'now',
      description: `REFUND FOR ${charged.id}`,
    }).id,
    failure_balance_transaction: null,
  };
  unit.emit('refund.created', { kind: 'refund', state });
  const refunded: ChargeState = { ...charged, amount_refunded: charged.amount_refunded + amount };
  unit.emit(
    'charge.refunded',
    { kind: 'charge', state: refunded },
    { amount_refunded: charged.amount_refunded },
  );
  return reply(state);
}

function refundedCharge(unit: UnitOfWork, parameters: Parameters): ChargeState {
  const chargeId = parameters.text('charge');
  const intentId = parameters.text('payment_intent');
  if (chargeId !== undefined) {
    const charged = unit.get('charge', chargeId);
    if (charged === undefined) throw noSuchReference('charge', chargeId, 'charge');
    return charged;
  }
  if (intentId === undefined) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      {},
    );
  }
  const intent = unit.get('payment_intent', intentId);
  if (intent === undefined) throw noSuchReference('payment_intent', intentId, 'payment_intent');
  const charged = intent.latest_charge === null ? undefined : unit.get('charge', intent.latest_charge);
  if (charged === undefined || charged.amount_captured === 0) {
    throw invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`, {
      code: 'payment_intent_unexpected_state',
      param: 'payment_intent',
    });
  }
  return charged;
}

/** @throws ApiError unless the amount can still be given back. */
export function checkRefundable(charged: ChargeState, amount: number): void {
  if (charged.status === 'failed') {
    throw invalidRequest(`Charge ${charged.id} failed and cannot be refunded.`, {
      code: 'charge_not_refundable',
      param: 'charge',
    });
  }
  if (charged.status === 'succeeded' && charged.amount_captured === 0) {
    throw invalidRequest(
      `Charge ${charged.id} has not been captured; cancel its PaymentIntent to release it.`,
      {
        code: 'charge_not_refundable',
        param: 'charge',
      },
    );
  }
  const left = charged.amount_captured - charged.amount_refunded;
  if (charged.status === 'voided' || (charged.amount_captured > 0 && left === 0)) {
    throw invalidRequest(`Charge ${charged.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  if (charged.disputed) {
    throw invalidRequest(`Charge ${charged.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (${display(amount, charged.currency)}) is greater than unrefunded amount on charge (${display(left, charged.currency)})`,
      { code: 'amount_too_large', param: 'amount' },
    );
  }
}

function update(call: Call): Reply {
  const refund = find(call);
  const state: RefundState = { ...refund, metadata: call.parameters.metadata(refund.metadata) };
  call.unit.emit('refund.updated', { kind: 'refund', state }, { metadata: refund.metadata });
  call.unit.emit('charge.refund.updated', { kind: 'refund', state }, { metadata: refund.metadata });
  return reply(state);
}

function cancel(call: Call): Reply {
  const refund = find(call);
  if (refund.status !== 'pending') {
    throw invalidRequest(
      `Refund ${refund.id} cannot be canceled because it has a status of ${refund.status}.`,
      {
        code: 'refund_unexpected_state',
      },
    );
  }
  return reply(takeBack(call.unit, refund, 'canceled'));
}

/** The delayed outcome of a refund. Does nothing when it has been settled or canceled meanwhile. */
export function settleRefund(unit: UnitOfWork, id: string): void {
  const refund = unit.get('refund', id);
  if (refund === undefined || refund.settlesAs === null) return;
  if (refund.settlesAs === 'failed') {
    takeBack(unit, refund, 'failed');
    return;
  }
  const state: RefundState = { ...refund, status: 'succeeded', settlesAs: null };
  unit.emit('refund.updated', { kind: 'refund', state }, { status: refund.status });
  unit.emit('charge.refund.updated', { kind: 'refund', state }, { status: refund.status });
}

/** Returns the money of a refund that failed or was canceled to the balance. */
function takeBack(unit: UnitOfWork, refund: RefundState, status: 'canceled' | 'failed'): RefundState {
  const returned = move(unit, {
    type: 'refund_failure',
    amount: refund.amount,
    fee: 0,
    currency: refund.currency,
    source: refund.id,
    availability: 'now',
    description: `REFUND FAILURE FOR ${refund.charge}`,
  });
  const state: RefundState = { ...refund, status, settlesAs: null, failure_balance_transaction: returned.id };
  const charged = unit.get('charge', refund.charge);
  if (charged === undefined) throw new Error(`Refund ${refund.id} has no charge ${refund.charge}.`);
  unit.put({
    kind: 'charge',
    state: { ...charged, amount_refunded: charged.amount_refunded - refund.amount },
  });
  if (status === 'failed') unit.emit('refund.failed', { kind: 'refund', state }, { status: refund.status });
  unit.emit('refund.updated', { kind: 'refund', state }, { status: refund.status });
  unit.emit('charge.refund.updated', { kind: 'refund', state }, { status: refund.status });
  return state;
}

function list(call: Call): Reply {
  return listOf(call, { kind: 'refund', url: '/v1/refunds', equal: ['charge', 'payment_intent'] });
}

export const refundRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/refunds',
    parameters: names('amount charge payment_intent reason metadata instructions_email'),
    handle: create,
  },
  { method: 'GET', path: '/v1/refunds', parameters: listNames('charge payment_intent'), handle: list },
  { method: 'GET', path: '/v1/refunds/:id', parameters: names(), handle: (call) => reply(find(call)) },
  { method: 'POST', path: '/v1/refunds/:id', parameters: names('metadata'), handle: update },
  { method: 'POST', path: '/v1/refunds/:id/cancel', parameters: names(), handle: cancel },
];
