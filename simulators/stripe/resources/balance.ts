import type Stripe from 'stripe';
import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import type { Account } from '../store/account';
import { noSuch } from '../wire/api-error';
import { listOf } from '../wire/list';
import { isAvailable } from './balance-transaction-state';

export interface CurrencyBalance {
  readonly availableMinor: number;
  readonly pendingMinor: number;
}

/** The account's money by currency, summed over every balance transaction. */
export function balancesOf(account: Account, nowMs: number): ReadonlyMap<string, CurrencyBalance> {
  const balances = new Map<string, CurrencyBalance>();
  for (const transaction of account.collections.balance_transaction) {
    const { availableMinor, pendingMinor } = balances.get(transaction.currency) ?? {
      availableMinor: 0,
      pendingMinor: 0,
    };
    const net = transaction.amount - transaction.fee;
    balances.set(
      transaction.currency,
      isAvailable(transaction, nowMs)
        ? { availableMinor: availableMinor + net, pendingMinor }
        : { availableMinor, pendingMinor: pendingMinor + net },
    );
  }
  return balances;
}

function retrieve({ unit }: Call): Reply {
  const balances = [...balancesOf(unit.account, unit.nowMs)];
  const shown = balances.length === 0 ? [['usd', { availableMinor: 0, pendingMinor: 0 }] as const] : balances;
  const value: Stripe.Balance = {
    object: 'balance',
    available: shown.map(([currency, { availableMinor: amount }]) => ({
      amount,
      currency,
      source_types: { card: amount },
    })),
    livemode: false,
    pending: shown.map(([currency, { pendingMinor: amount }]) => ({
      amount,
      currency,
      source_types: { card: amount },
    })),
  };
  return { value };
}

function retrieveTransaction({ unit, id }: Call): Reply {
  const state = unit.get('balance_transaction', id);
  if (state === undefined) throw noSuch('balance transaction', id);
  return { kind: 'balance_transaction', state };
}

const list = (call: Call): Reply =>
  listOf(call, {
    kind: 'balance_transaction',
    url: '/v1/balance_transactions',
    equal: ['currency', 'source', 'type'],
  });

export const balanceRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/balance', parameters: names(), handle: retrieve },
  {
    method: 'GET',
    path: '/v1/balance_transactions',
    parameters: listNames('currency payout source type'),
    handle: list,
  },
  { method: 'GET', path: '/v1/balance_transactions/:id', parameters: names(), handle: retrieveTransaction },
];
