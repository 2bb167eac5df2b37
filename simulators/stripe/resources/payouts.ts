import { currencyOf } from '../money/currencies';
import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import { newId } from '../store/ids';
import { invalidRequest, missingParameter, noSuch } from '../wire/api-error';
import { listOf } from '../wire/list';
import { balancesOf } from './balance';
import { move } from './balance-movement';
import { readDescriptor } from './payment-intent-parameters';
import type { PayoutState } from './payout-state';

const reply = (state: PayoutState): Reply => ({ kind: 'payout', state });

function find({ unit, id }: Call): PayoutState {
  const payout = unit.get('payout', id);
  if (payout === undefined) throw noSuch('payout', id);
  return payout;
}

function create({ unit, parameters }: Call): Reply {
  const amount = parameters.integer('amount');
  if (amount === undefined) throw missingParameter('amount');
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  const currency = currencyOf(parameters.requiredText('currency'));
  if (amount > (balancesOf(unit.account, unit.nowMs).get(currency)?.availableMinor ?? 0)) {
    throw invalidRequest(
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You can use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).',
      { code: 'balance_insufficient' },
    );
  }
  const id = newId('po');
  const description = parameters.optionalText('description') ?? null;
  const withdrawal = move(unit, {
    type: 'payout',
    amount: -amount,
    fee: 0,
    currency,
    source: id,
    availability: 'now',
    description,
  });
  const method = parameters.oneOf('method', ['instant', 'standard'] as const) ?? 'standard';
  const state: PayoutState = {
    id,
    created: unit.created,
    amount,
    currency,
    status: 'pending',
    arrival_date: unit.created + (method === 'instant' ? 0 : 2 * 86_400),
    balance_transaction: withdrawal.id,
    failure_balance_transaction: null,
    description,
    metadata: parameters.metadata(),
    method,
    statement_descriptor: readDescriptor(parameters, 'statement_descriptor') ?? null,
  };
  unit.emit('payout.created', { kind: 'payout', state });
  return reply(state);
}

function update(call: Call): Reply {
  const payout = find(call);
  const state: PayoutState = { ...payout, metadata: call.parameters.metadata(payout.metadata) };
  call.unit.emit('payout.updated', { kind: 'payout', state }, { metadata: payout.metadata });
  return reply(state);
}

function cancel(call: Call): Reply {
  const { unit } = call;
  const payout = find(call);
  if (payout.status !== 'pending') {
    throw invalidRequest(
      `Payouts can only be canceled while they are pending; ${payout.id} is ${payout.status}.`,
      {
        code: 'payout_not_cancelable',
      },
    );
  }
  const returned = move(unit, {
    type: 'payout_cancel',
    amount: payout.amount,
    fee: 0,
    currency: payout.currency,
    source: payout.id,
    availability: 'now',
    description: null,
  });
  const state: PayoutState = { ...payout, status: 'canceled', failure_balance_transaction: returned.id };
  unit.emit('payout.canceled', { kind: 'payout', state });
  return reply(state);
}

const list = (call: Call): Reply => listOf(call, { kind: 'payout', url: '/v1/payouts', equal: ['status'] });

export const payoutRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payouts',
    parameters: names(
      'amount currency description destination metadata method source_type statement_descriptor',
    ),
    handle: create,
  },
  { method: 'GET', path: '/v1/payouts', parameters: listNames('status'), handle: list },
  { method: 'GET', path: '/v1/payouts/:id', parameters: names(), handle: (call) => reply(find(call)) },
  { method: 'POST', path: '/v1/payouts/:id', parameters: names('metadata'), handle: update },
  { method: 'POST', path: '/v1/payouts/:id/cancel', parameters: names(), handle: cancel },
];
