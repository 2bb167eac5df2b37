import type { UnitOfWork } from '../store/unit-of-work';
import type { PayoutState } from './payout-state';

/** The payout arrives at the bank, unless it was canceled meanwhile. */
export function settlePayout(unit: UnitOfWork, id: string): void {
  const payout = unit.get('payout', id);
  if (payout?.status !== 'pending') return;
  const state: PayoutState = { ...payout, status: 'paid' };
  unit.emit('payout.updated', { kind: 'payout', state }, { status: payout.status });
  unit.emit('payout.paid', { kind: 'payout', state });
}
