import { newId } from '../store/ids';
import type { UnitOfWork } from '../store/unit-of-work';
import type { BalanceTransactionState, BalanceTransactionType } from './balance-transaction-state';

/** Funds of a charge become available after two days. @source docs.stripe.com/payouts#payout-speed */
const settlementSeconds = 2 * 86_400;

export interface Movement {
  readonly type: BalanceTransactionType;
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  readonly source: string;
  readonly availability: 'after settlement' | 'now';
  readonly description: string | null;
}

/** Moves the account's balance. */
export function move(unit: UnitOfWork, { availability, ...movement }: Movement): BalanceTransactionState {
  const state: BalanceTransactionState = {
    id: newId('txn'),
    created: unit.created,
    available_on: unit.created + (availability === 'now' ? 0 : settlementSeconds),
    ...movement,
  };
  return unit.put({ kind: 'balance_transaction', state });
}
