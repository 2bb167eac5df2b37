import {
  type ChargeId,
  type Currency,
  type Money,
  type RefundId,
  type TenantId,
  isLive,
} from '../../core/kernel';
import {
  type PaymentOutcome,
  type PaymentTerms,
  type PspFailure,
  type PspPayment,
  type PspRefund,
  type PspUnknown,
  type RefundOutcome,
  assertSamePayment,
} from '../../core/ports';
import type { CardBehavior } from './psp-cards';

type Status =
  | { readonly kind: 'held' }
  | { readonly kind: 'captured' }
  | { readonly kind: 'action_required' }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'failed'; readonly failure: PspFailure }
  | { readonly kind: 'canceled'; readonly because: 'asked' | 'expired' };

export interface PspBookRefund {
  readonly reference: string;
  /** Null for a refund that was made at the PSP itself. */
  readonly refundId: RefundId | null;
  readonly amountMinor: bigint;
  readonly createdAt: number;
  status: 'pending' | 'succeeded' | 'failed';
}

/** A payment as the memory PSP keeps it. */
export interface PspBookPayment {
  readonly reference: string;
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly amount: Money;
  readonly captureMethod: 'automatic' | 'manual';
  readonly createdAt: number;
  readonly card: CardBehavior;
  status: Status;
  capturedMinor: bigint;
  readonly refunds: PspBookRefund[];
}

/** Money was taken, or is held. */
export const tookMoney = ({ status, capturedMinor }: PspBookPayment): boolean =>
  status.kind === 'held' || status.kind === 'captured' || capturedMinor > 0n;

/** What has been given back or is on its way; a refund that failed counts no longer. */
export const refundedMinor = ({ refunds }: PspBookPayment): bigint =>
  refunds
    .filter(({ status }) => status !== 'failed')
    .reduce((total, { amountMinor }) => total + amountMinor, 0n);

export function outcomeOf(payment: PspBookPayment): Exclude<PaymentOutcome, PspUnknown> {
  const { status, reference: pspReference, capturedMinor } = payment;
  const card = factsOf(payment);
  switch (status.kind) {
    case 'held':
      return { kind: 'authorized', pspReference, captured: false, capturedMinor, ...card };
    case 'captured':
      return { kind: 'authorized', pspReference, captured: true, capturedMinor, ...card };
    case 'action_required':
      return {
        kind: 'action_required',
        pspReference,
        nextAction: { kind: 'redirect', url: `https://psp.invalid/authenticate/${pspReference}` },
      };
    case 'undecided':
      return { kind: 'pending', pspReference };
    case 'failed':
      return { kind: 'failed', pspReference, failure: status.failure, ...card };
    case 'canceled':
      // As Stripe tells it: a payment of which a part was taken before has succeeded with that part.
      return capturedMinor > 0n
        ? { kind: 'authorized', pspReference, captured: true, capturedMinor, ...card }
        : { kind: 'canceled', pspReference };
  }
}

export const pspPaymentOf = (payment: PspBookPayment): PspPayment => ({
  outcome: outcomeOf(payment),
  capturedMinor: payment.capturedMinor,
});

export function refundOutcomeOf({ status, reference }: PspBookRefund): Exclude<RefundOutcome, PspUnknown> {
  if (status !== 'failed') return { kind: status, pspReference: reference };
  return {
    kind: 'failed',
    pspReference: reference,
    failure: { code: 'refund_failed', message: 'The bank returned the refund.' },
  };
}

const factsOf = ({ card }: PspBookPayment) => (card.facts === undefined ? {} : { card: card.facts });

export const pspRefundOf = (refund: PspBookRefund): PspRefund => ({
  pspReference: refund.reference,
  refundId: refund.refundId,
  amountMinor: refund.amountMinor,
  reason: null,
  createdAt: refund.createdAt,
  outcome: refundOutcomeOf(refund),
});

/** @throws PspContradiction for a question about another payment than this one. */
export function assertAsked(payment: PspBookPayment, terms: PaymentTerms): void {
  const { reference: pspReference, amount, chargeId, tenant } = payment;
  assertSamePayment(terms, { pspReference, ...amount, livemode: isLive(tenant), chargeId });
}

export interface PspTotals {
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
}

export function totalsOf(payments: Iterable<PspBookPayment>): ReadonlyMap<Currency, PspTotals> {
  const totals = new Map<Currency, PspTotals>();
  for (const payment of payments) {
    const { currency } = payment.amount;
    const before = totals.get(currency) ?? { capturedMinor: 0n, refundedMinor: 0n };
    totals.set(currency, {
      capturedMinor: before.capturedMinor + payment.capturedMinor,
      refundedMinor: before.refundedMinor + refundedMinor(payment),
    });
  }
  return totals;
}
