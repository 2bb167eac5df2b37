import type { DisputeKind } from '../cards/test-card';
import { disputeFee } from '../money/fee';
import { newId } from '../store/ids';
import type { UnitOfWork } from '../store/unit-of-work';
import { move } from './balance-movement';
import type { ChargeState } from './charge-state';
import type { DisputeState } from './dispute-state';

const reasonOf: Readonly<Record<DisputeKind, string>> = {
  compliance: 'noncompliant',
  fraudulent: 'fraudulent',
  inquiry: 'fraudulent',
  product_not_received: 'product_not_received',
  twice: 'fraudulent',
};

/** Opens the disputes that the card is documented for. An inquiry withdraws nothing. */
export function openDisputes(unit: UnitOfWork, charged: ChargeState, kind: DisputeKind): void {
  const disputed: ChargeState = { ...charged, disputed: true };
  unit.put({ kind: 'charge', state: disputed });
  const amounts = kind === 'twice' ? halves(charged.amount_captured) : [charged.amount_captured];
  for (const amount of amounts) openDispute(unit, disputed, { amount, kind });
}

const halves = (amount: number): readonly number[] => [
  Math.floor(amount / 2),
  amount - Math.floor(amount / 2),
];

interface Claim {
  readonly amount: number;
  readonly kind: DisputeKind;
}

function openDispute(unit: UnitOfWork, charged: ChargeState, { amount, kind }: Claim): void {
  const isInquiry = kind === 'inquiry';
  const opened: DisputeState = {
    id: newId('dp'),
    created: unit.created,
    amount,
    currency: charged.currency,
    charge: charged.id,
    payment_intent: charged.payment_intent,
    reason: reasonOf[kind],
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
    evidence: {},
    submissions: 0,
    metadata: {},
    balance_transactions: [],
  };
  if (isInquiry) {
    unit.emit('charge.dispute.created', { kind: 'dispute', state: opened });
    return;
  }
  const withdrawal = move(unit, {
    type: 'adjustment',
    amount: -amount,
    fee: disputeFee(charged.currency),
    currency: charged.currency,
    source: opened.id,
    availability: 'now',
    description: `Chargeback withdrawal for ${charged.id}`,
  });
  const state: DisputeState = { ...opened, balance_transactions: [withdrawal] };
  unit.emit('charge.dispute.created', { kind: 'dispute', state });
  unit.emit('charge.dispute.funds_withdrawn', { kind: 'dispute', state });
}
