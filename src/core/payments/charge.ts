import {
  type CaptureId,
  type Decider,
  type Money,
  type RefundId,
  add,
  assert,
  isGreater,
  subtract,
  sum,
  zero,
} from '../kernel';
import type { CardFacts, NextAction, PspFailure } from '../ports';
import type { CancelReason, ChargeCreated, ChargeEvent, Metadata, RefundReason } from './events';

/** What was asked, fixed at creation. */
export type ChargeTerms = Omit<ChargeCreated, 'type' | 'assessment'>;

export type OperationStatus = 'pending' | 'unknown' | 'succeeded' | 'failed';

export interface Capture {
  readonly captureId: CaptureId;
  readonly amount: Money;
  readonly final: boolean;
  readonly requestedAt: number;
  readonly status: OperationStatus;
  readonly failure: PspFailure | null;
}

/** `provider`: the refund was made at the PSP itself, as in its dashboard. */
export type RefundOrigin = 'merchant' | 'provider';

export interface Refund {
  readonly refundId: RefundId;
  readonly origin: RefundOrigin;
  readonly amount: Money;
  readonly reason: RefundReason | null;
  readonly metadata: Metadata;
  readonly createdAt: number;
  readonly status: OperationStatus;
  /** Known once the PSP has taken it. */
  readonly pspReference: string | null;
  readonly failure: PspFailure | null;
}

/** The newest cancellation of a charge; one that failed may be asked for again. */
export interface Cancellation {
  /** `provider`: the PSP released the money without being asked, as when an authorization runs out. */
  readonly reason: CancelReason | 'provider';
  readonly status: OperationStatus;
  readonly failure: PspFailure | null;
}

interface Existing {
  readonly terms: ChargeTerms;
  /** The PSP's name of the payment; null until an answer of the PSP has named one. */
  readonly pspReference: string | null;
  readonly card: CardFacts | null;
  readonly captured: Money;
  readonly captures: readonly Capture[];
  readonly refunds: readonly Refund[];
  readonly cancellation: Cancellation | null;
}

/** A charge at the PSP, whose reference every later operation needs. */
type AtPsp = Existing & { readonly pspReference: string };

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

/** The payment has come to its end here; refunds may still come and go. */
export const isClosed = ({ status }: Charge): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled' || status === 'blocked';

/** The payment has ended without money: at the PSP it must end too. */
export const isOver = ({ status }: Charge): boolean => status === 'failed' || status === 'canceled';

export const refunded = (charge: ExistingCharge): Money =>
  sum(
    charge.terms.amount.currency,
    charge.refunds.filter((refund) => refund.status === 'succeeded').map((refund) => refund.amount),
  );

/** Every refund that has not failed, no matter who made it. */
export const refundedOrOpen = (charge: ExistingCharge): Money =>
  sum(
    charge.terms.amount.currency,
    charge.refunds.filter((refund) => refund.status !== 'failed').map((refund) => refund.amount),
  );

/**
 * What may still be refunded: captured, less every refund that has not failed. Refunds made at the PSP may take what one
 * of ours has asked for and will not get: then nothing is left.
 */
export function refundable(charge: ExistingCharge): Money {
  const taken = refundedOrOpen(charge);
  return isGreater(taken, charge.captured)
    ? zero(charge.terms.amount.currency)
    : subtract(charge.captured, taken);
}

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

export const isBeingCanceled = ({ cancellation }: ExistingCharge): boolean =>
  cancellation !== null && isOpen(cancellation);

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
    case 'ChargeActionRequired': {
      const { pspReference, nextAction } = event;
      return { ...existing(charge), status: 'requires_action', pspReference, nextAction };
    }
    case 'ChargeAuthorized': {
      const { pspReference, card } = event;
      return {
        ...existing(charge),
        status: 'authorized',
        pspReference,
        card,
        cancellation: charge.status === 'canceled' ? undone(charge) : charge.cancellation,
      };
    }
    case 'ChargeFailed':
      return {
        ...existing(charge),
        status: 'failed',
        pspReference: event.pspReference ?? charge.pspReference,
        card: event.card ?? charge.card,
        failure: event.failure,
        cancellation: overtaken(charge, paymentFailed),
      };
    case 'CaptureRequested': {
      const { captureId, amount, final, requestedAt } = event;
      const capture: Capture = { captureId, amount, final, requestedAt, status: 'pending', failure: null };
      return { ...charge, captures: [...charge.captures, capture] };
    }
    case 'ChargeCaptured':
      return captured(charge, event);
    case 'CaptureFailed':
      return withCapture(charge, event.captureId, { status: 'failed', failure: event.failure });
    case 'CaptureOutcomeUnknown':
      return withCapture(charge, event.captureId, { status: 'unknown' });
    case 'CancelRequested':
      return { ...charge, cancellation: { reason: event.reason, status: 'pending', failure: null } };
    case 'ChargeCanceled':
      return canceled(charge);
    case 'CancelFailed':
      return withCancellation(charge, { status: 'failed', failure: event.failure });
    case 'CancelOutcomeUnknown':
      return withCancellation(charge, { status: 'unknown' });
    case 'RefundRequested':
      return withNewRefund(charge, { ...event, origin: 'merchant', pspReference: null });
    case 'RefundRecorded':
      return withNewRefund(charge, { ...event, origin: 'provider', metadata: {} });
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
  const fresh: Existing = {
    terms,
    pspReference: null,
    card: null,
    captured: zero(terms.amount.currency),
    captures: [],
    refunds: [],
    cancellation: null,
  };
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
  const { captures } =
    event.captureId === null ? charge : withCapture(charge, event.captureId, { status: 'succeeded' });
  const complete = event.final || total.amountMinor === charge.terms.amount.amountMinor;
  if (!complete) return { ...charge, captured: total, captures };
  return {
    ...charge,
    captured: total,
    captures,
    status: 'succeeded',
    cancellation: overtaken(charge, alreadyCaptured),
  };
}

const alreadyCaptured: PspFailure = {
  code: 'already_captured',
  message: 'The money was captured before it could be released.',
};
const paymentFailed: PspFailure = {
  code: 'payment_failed',
  message: 'The payment failed before it could be canceled.',
};

/** A cancellation that was still open has come too late. */
const overtaken = ({ cancellation }: ExistingCharge, failure: PspFailure): Cancellation | null =>
  cancellation !== null && isOpen(cancellation)
    ? { ...cancellation, status: 'failed', failure }
    : cancellation;

/** The provider had taken money of a charge that counted as canceled. */
const undone = ({ cancellation }: ExistingCharge): Cancellation | null =>
  cancellation === null ? null : { ...cancellation, status: 'failed', failure: alreadyCaptured };

/** What was captured before the release stays with the merchant: the charge has succeeded with that part. */
function canceled(charge: ExistingCharge): Charge {
  const reason =
    charge.cancellation !== null && isOpen(charge.cancellation) ? charge.cancellation.reason : 'provider';
  const cancellation: Cancellation = { reason, status: 'succeeded', failure: null };
  if (charge.captured.amountMinor === 0n) return { ...existing(charge), status: 'canceled', cancellation };
  assert(charge.status === 'authorized', 'only an authorized charge is partly captured');
  return { ...charge, status: 'succeeded', cancellation };
}

const existing = (charge: ExistingCharge): Existing => ({
  terms: charge.terms,
  pspReference: charge.pspReference,
  card: charge.card,
  captured: charge.captured,
  captures: charge.captures,
  refunds: charge.refunds,
  cancellation: charge.cancellation,
});

const withCapture = (
  charge: ExistingCharge,
  captureId: CaptureId,
  change: Partial<Capture>,
): ExistingCharge => ({
  ...charge,
  captures: charge.captures.map((capture) =>
    capture.captureId === captureId ? { ...capture, ...change } : capture,
  ),
});

const withCancellation = (charge: ExistingCharge, change: Partial<Cancellation>): ExistingCharge =>
  charge.cancellation === null ? charge : { ...charge, cancellation: { ...charge.cancellation, ...change } };

function withNewRefund(charge: ExistingCharge, asked: Omit<Refund, 'status' | 'failure'>): ExistingCharge {
  const { refundId, origin, amount, reason, metadata, createdAt, pspReference } = asked;
  const refund: Refund = {
    refundId,
    origin,
    amount,
    reason,
    metadata,
    createdAt,
    status: 'pending',
    pspReference,
    failure: null,
  };
  return { ...charge, refunds: [...charge.refunds, refund] };
}

const withRefund = (charge: ExistingCharge, refundId: RefundId, change: Partial<Refund>): ExistingCharge => ({
  ...charge,
  refunds: charge.refunds.map((refund) => (refund.refundId === refundId ? { ...refund, ...change } : refund)),
});
