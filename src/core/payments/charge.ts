import {
  type CaptureId,
  type Decider,
  type Money,
  type RefundId,
  add,
  assert,
  subtract,
  sum,
  zero,
} from '../kernel';
import type { NextAction, PspFailure } from '../ports';
import type { ChargeCreated, ChargeEvent, Metadata, RefundReason } from './events';

/** What was asked, fixed at creation. */
export type ChargeTerms = Omit<ChargeCreated, 'type' | 'assessment'>;

export type OperationStatus = 'pending' | 'unknown' | 'succeeded' | 'failed';

export interface Capture {
  readonly captureId: CaptureId;
  readonly amount: Money;
  readonly final: boolean;
  readonly requestedAt: number;
  readonly status: OperationStatus;
}

export interface Refund {
  readonly refundId: RefundId;
  readonly amount: Money;
  readonly reason: RefundReason | null;
  readonly metadata: Metadata;
  readonly createdAt: number;
  readonly status: OperationStatus;
  /** Known once the PSP has taken it. */
  readonly pspReference: string | null;
  readonly failure: PspFailure | null;
}

interface Existing {
  readonly terms: ChargeTerms;
  readonly captured: Money;
  readonly captures: readonly Capture[];
  readonly refunds: readonly Refund[];
}

/** A charge at the PSP, whose reference every later operation needs. */
interface AtPsp extends Existing {
  readonly pspReference: string;
  readonly cancellation: 'none' | 'pending' | 'unknown';
}

export type Charge =
  | { readonly status: 'none' }
  | (Existing & { readonly status: 'in_review' })
  | (Existing & { readonly status: 'blocked'; readonly failure: PspFailure })
  | (Existing & { readonly status: 'processing' })
  | (Existing & { readonly status: 'unknown' })
  | (AtPsp & { readonly status: 'requires_action'; readonly nextAction: NextAction })
  | (AtPsp & { readonly status: 'authorized' })
  | (AtPsp & { readonly status: 'succeeded' })
  | (Existing & { readonly status: 'failed'; readonly failure: PspFailure })
  | (Existing & { readonly status: 'canceled' });

export type ExistingCharge = Exclude<Charge, { status: 'none' }>;
export type ChargeStatus = ExistingCharge['status'];

/** A charge rests here: nothing moves it without a new command or a notice from the PSP. */
export function isSettled(charge: Charge): boolean {
  switch (charge.status) {
    case 'none':
    case 'processing':
    case 'unknown':
      return false;
    case 'authorized':
      // An automatic capture follows its authorization in the same append.
      return charge.terms.captureMethod === 'manual';
    default:
      return true;
  }
}

/** Nothing that the PSP may say about the payment itself moves the charge any more; refunds may still come and go. */
export const isClosed = ({ status }: Charge): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled' || status === 'blocked';

export const refunded = (charge: ExistingCharge): Money =>
  sum(
    charge.terms.amount.currency,
    charge.refunds.filter((refund) => refund.status === 'succeeded').map((refund) => refund.amount),
  );

/** What may still be refunded: captured, less every refund that has not failed. */
export const refundable = (charge: ExistingCharge): Money =>
  subtract(
    charge.captured,
    sum(
      charge.terms.amount.currency,
      charge.refunds.filter((refund) => refund.status !== 'failed').map((refund) => refund.amount),
    ),
  );

/** What may still be captured: authorized, less what is captured or being captured. */
export const capturable = (charge: ExistingCharge): Money =>
  subtract(
    subtract(charge.terms.amount, charge.captured),
    sum(
      charge.terms.amount.currency,
      charge.captures.filter(isOpen).map((capture) => capture.amount),
    ),
  );

/** Asked, and not yet known to have succeeded or failed. */
export const isOpen = (operation: { readonly status: OperationStatus }): boolean =>
  operation.status === 'pending' || operation.status === 'unknown';

export const chargeDecider: Decider<Charge, ChargeEvent> = { initial: { status: 'none' }, evolve };

function evolve(charge: Charge, event: ChargeEvent): Charge {
  if (event.type === 'ChargeCreated') {
    assert(charge.status === 'none', `${event.chargeId} is created once`);
    return create(event);
  }
  assert(charge.status !== 'none', `${event.type} follows ChargeCreated`);
  switch (event.type) {
    case 'ChargeReviewApproved':
      return { ...existing(charge), status: 'processing' };
    case 'ChargeReviewRejected':
      return { ...existing(charge), status: 'blocked', failure: { code: 'blocked', message: event.reason } };
    case 'ChargeOutcomeUnknown':
      return { ...existing(charge), status: 'unknown' };
    case 'ChargeActionRequired':
      return {
        ...existing(charge),
        status: 'requires_action',
        pspReference: event.pspReference,
        nextAction: event.nextAction,
        cancellation: 'none',
      };
    case 'ChargeAuthorized':
      return {
        ...existing(charge),
        status: 'authorized',
        pspReference: event.pspReference,
        cancellation: cancellationOf(charge),
      };
    case 'ChargeFailed':
      return { ...existing(charge), status: 'failed', failure: event.failure };
    case 'CaptureRequested': {
      const { captureId, amount, final, requestedAt } = event;
      const capture: Capture = { captureId, amount, final, requestedAt, status: 'pending' };
      return { ...charge, captures: [...charge.captures, capture] };
    }
    case 'ChargeCaptured':
      return captured(charge, event);
    case 'CaptureFailed':
      return { ...charge, captures: withCapture(charge, event.captureId, 'failed') };
    case 'CaptureOutcomeUnknown':
      return { ...charge, captures: withCapture(charge, event.captureId, 'unknown') };
    case 'CancelRequested':
      return 'pspReference' in charge ? { ...charge, cancellation: 'pending' } : charge;
    case 'ChargeCanceled':
      return canceled(charge);
    case 'CancelFailed':
      return 'pspReference' in charge ? { ...charge, cancellation: 'none' } : charge;
    case 'CancelOutcomeUnknown':
      return 'pspReference' in charge ? { ...charge, cancellation: 'unknown' } : charge;
    case 'RefundRequested': {
      const { refundId, amount, reason, metadata, createdAt } = event;
      const refund: Refund = {
        refundId,
        amount,
        reason,
        metadata,
        createdAt,
        status: 'pending',
        pspReference: null,
        failure: null,
      };
      return { ...charge, refunds: [...charge.refunds, refund] };
    }
    case 'RefundPending':
      return withRefund(charge, event.refundId, { status: 'pending', pspReference: event.pspReference });
    case 'RefundSucceeded':
      return withRefund(charge, event.refundId, { status: 'succeeded', pspReference: event.pspReference });
    case 'RefundFailed':
      return withRefund(charge, event.refundId, { status: 'failed', failure: event.failure });
    case 'RefundOutcomeUnknown':
      return withRefund(charge, event.refundId, { status: 'unknown' });
  }
}

function create(event: ChargeCreated): Charge {
  const { type: _, assessment, ...terms } = event;
  const fresh: Existing = { terms, captured: zero(terms.amount.currency), captures: [], refunds: [] };
  switch (assessment) {
    case 'approved':
      return { ...fresh, status: 'processing' };
    case 'review':
      return { ...fresh, status: 'in_review' };
    case 'blocked':
      return {
        ...fresh,
        status: 'blocked',
        failure: { code: 'blocked', message: 'The risk rules blocked this charge.' },
      };
  }
}

function captured(charge: ExistingCharge, event: Extract<ChargeEvent, { type: 'ChargeCaptured' }>): Charge {
  assert(charge.status === 'authorized', `a charge is captured when it is authorized, not ${charge.status}`);
  const total = add(charge.captured, event.amount);
  assert(total.amountMinor <= charge.terms.amount.amountMinor, 'captures stay within the authorization');
  const captures =
    event.captureId === null ? charge.captures : withCapture(charge, event.captureId, 'succeeded');
  const complete = event.final || total.amountMinor === charge.terms.amount.amountMinor;
  if (!complete) return { ...charge, captured: total, captures };
  // A cancellation that was asked for meanwhile has come too late: nothing is left to release.
  return { ...charge, captured: total, captures, status: 'succeeded', cancellation: 'none' };
}

/** What was captured before the release stays with the merchant: the charge has succeeded with that part. */
function canceled(charge: ExistingCharge): Charge {
  if (charge.captured.amountMinor === 0n) return { ...existing(charge), status: 'canceled' };
  assert(charge.status === 'authorized', 'only an authorized charge is partly captured');
  return { ...charge, status: 'succeeded', cancellation: 'none' };
}

const existing = ({ terms, captured: total, captures, refunds }: ExistingCharge): Existing => ({
  terms,
  captured: total,
  captures,
  refunds,
});

const cancellationOf = (charge: ExistingCharge): AtPsp['cancellation'] =>
  'cancellation' in charge ? charge.cancellation : 'none';

const withCapture = (
  charge: ExistingCharge,
  captureId: CaptureId,
  status: OperationStatus,
): readonly Capture[] =>
  charge.captures.map((capture) => (capture.captureId === captureId ? { ...capture, status } : capture));

const withRefund = (charge: ExistingCharge, refundId: RefundId, change: Partial<Refund>): Charge => ({
  ...charge,
  refunds: charge.refunds.map((refund) => (refund.refundId === refundId ? { ...refund, ...change } : refund)),
});
