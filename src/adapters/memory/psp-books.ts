import type { ChargeId, Currency, Money, RefundId, TenantId } from '../../core/kernel';
import type { PaymentOutcome, PspFailure, PspPayment, PspUnknown, RefundOutcome } from '../../core/ports';
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
  readonly refundId: RefundId;
  readonly amountMinor: bigint;
  status: 'pending' | 'succeeded' | 'failed';
}

/** A payment as the memory PSP keeps it. */
export interface PspBookPayment {
  readonly reference: string;
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly amount: Money;
  readonly captureMethod: 'automatic' | 'manual';
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
  switch (status.kind) {
    case 'held':
      return { kind: 'authorized', pspReference, captured: false, capturedMinor };
    case 'captured':
      return { kind: 'authorized', pspReference, captured: true, capturedMinor };
    case 'action_required':
      return {
        kind: 'action_required',
        pspReference,
        nextAction: { kind: 'redirect', url: `https://psp.invalid/authenticate/${pspReference}` },
      };
    case 'undecided':
      return { kind: 'pending', pspReference };
    case 'failed':
      return { kind: 'failed', pspReference, failure: status.failure };
    case 'canceled':
      // As Stripe tells it: a payment of which a part was taken before has succeeded with that part.
      return capturedMinor > 0n
        ? { kind: 'authorized', pspReference, captured: true, capturedMinor }
        : { kind: 'canceled', pspReference };
  }
}

export const pspPaymentOf = (payment: PspBookPayment): PspPayment => ({
  outcome: outcomeOf(payment),
  capturedMinor: payment.capturedMinor,
  refundedMinor: refundedMinor(payment),
});

export function refundOutcomeOf({ status, reference }: PspBookRefund): Exclude<RefundOutcome, PspUnknown> {
  if (status !== 'failed') return { kind: status, pspReference: reference };
  return {
    kind: 'failed',
    pspReference: reference,
    failure: { code: 'refund_failed', message: 'The bank returned the refund.' },
  };
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
