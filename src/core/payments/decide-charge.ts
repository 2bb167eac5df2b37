import { type Result, accept, assert, equals, format, isGreater, isZero, refuse, zero } from '../kernel';
import { type Charge, type ExistingCharge, capturable, isBeingCanceled, isOpen, refundable } from './charge';
import type { CancelCharge, CaptureCharge, CreateCharge, RequestRefund, ReviewCharge } from './commands';
import type { ChargeErrorCode } from './errors';
import type { ChargeEvent } from './events';

/**
 * Captures that may be asked for on one charge, those that failed included: a charge and its history are read as a whole.
 * @source https://docs.stripe.com/payments/multicapture (at most 50 captures of one payment)
 */
export const maxCaptures = 50;
/** Refunds that may be asked for on one charge, those that failed included. */
export const maxRefunds = 100;

/** What merchants and reviewers may ask of a charge: a ladder of refusals, then the facts. */
export type Decision = Result<readonly ChargeEvent[], ChargeErrorCode>;

export function createCharge(charge: Charge, command: CreateCharge): Decision {
  assert(charge.status === 'none', `${command.chargeId} is new`);
  assert(
    isGreater(command.amount, zero(command.amount.currency)),
    'the schema lets only positive amounts through',
  );
  return accept([{ type: 'ChargeCreated', ...command }]);
}

export function decideReview(charge: Charge, { chargeId, verdict }: ReviewCharge): Decision {
  if (charge.status === 'none') return notFound(chargeId);
  return verdict.kind === 'approve' ? approveReview(charge) : rejectReview(charge, verdict.reason);
}

export function approveReview(charge: Charge): Decision {
  if (charge.status !== 'in_review') return notInReview(charge);
  return accept([{ type: 'ChargeReviewApproved' }]);
}

export function rejectReview(charge: Charge, reason: string): Decision {
  if (charge.status !== 'in_review') return notInReview(charge);
  return accept([{ type: 'ChargeReviewRejected', reason }]);
}

export function captureCharge(charge: Charge, command: CaptureCharge): Decision {
  if (charge.status === 'none') return notFound(command.chargeId);
  if (charge.status !== 'authorized') {
    return refuse(
      'charge_not_authorized',
      `${command.chargeId} is ${charge.status}; only an authorized charge can be captured.`,
    );
  }
  if (isBeingCanceled(charge)) return cancelInProgress(charge);
  const left = capturable(charge);
  const amount = command.amount ?? left;
  if (amount.currency !== left.currency) return currencyMismatch(charge, amount.currency);
  const open = charge.captures.find(isOpen);
  if (open !== undefined && (open.final || command.final)) {
    return refuse(
      'capture_in_progress',
      `${open.captureId} over ${format(open.amount)} is not decided yet, and a final capture must be the only one.`,
    );
  }
  if (charge.captures.length >= maxCaptures) {
    return refuse(
      'too_many_captures',
      `${command.chargeId} has ${String(charge.captures.length)} captures; ${String(maxCaptures)} are allowed.`,
    );
  }
  if (isZero(amount) || isGreater(amount, left)) {
    return refuse(
      'capture_exceeds_authorization',
      `Asked to capture ${format(amount)}; ${format(left)} of ${format(charge.terms.amount)} is left.`,
      '/amount',
    );
  }
  // The last of several open captures is not the final one: the others may be decided after it, or fail.
  const final = command.final || (open === undefined && equals(amount, left));
  return accept([
    {
      type: 'CaptureRequested',
      captureId: command.captureId,
      pspReference: charge.pspReference,
      amount,
      final,
      requestedAt: command.requestedAt,
    },
  ]);
}

export function cancelCharge(charge: Charge, command: CancelCharge): Decision {
  switch (charge.status) {
    case 'none':
      return notFound(command.chargeId);
    case 'in_review':
      return accept([
        { type: 'CancelRequested', reason: 'requested', pspReference: null },
        { type: 'ChargeCanceled' },
      ]);
    // The provider may not have been asked yet: a job makes sure that it never takes the payment, or says that it has.
    case 'processing':
    case 'unknown':
    case 'requires_action':
    case 'authorized': {
      if (isBeingCanceled(charge)) return cancelInProgress(charge);
      const open = charge.captures.find(isOpen);
      if (open !== undefined)
        return refuse(
          'capture_in_progress',
          `${open.captureId} over ${format(open.amount)} is not decided yet.`,
        );
      return accept([{ type: 'CancelRequested', reason: 'requested', pspReference: charge.pspReference }]);
    }
    default:
      return refuse(
        'charge_not_cancelable',
        `${command.chargeId} is ${charge.status}; a charge can be canceled while it is in_review, processing, unknown, requires_action or authorized.`,
      );
  }
}

const notReviewedInTime = 'No person decided the review by the latest time of the charge.';

/**
 * Withdraws a payment that the provider has not taken by `expiresAt`, and rejects a charge that no person has decided by
 * then. A charge that has moved on, or is being canceled already, is left as it is.
 */
export function expireCharge(charge: Charge): Decision {
  switch (charge.status) {
    case 'in_review':
      return accept([{ type: 'ChargeReviewRejected', reason: notReviewedInTime }]);
    case 'processing':
    case 'unknown':
    case 'requires_action':
      return isBeingCanceled(charge)
        ? accept([])
        : accept([{ type: 'CancelRequested', reason: 'expired', pspReference: charge.pspReference }]);
    default:
      return accept([]);
  }
}

export function requestRefund(charge: Charge, command: RequestRefund): Decision {
  if (charge.status === 'none') return notFound(command.chargeId, '/charge');
  const { pspReference } = charge;
  if (pspReference === null || isZero(charge.captured)) {
    return refuse(
      'charge_not_refundable',
      `${command.chargeId} is ${charge.status} and nothing of it is captured.`,
      '/charge',
    );
  }
  const left = refundable(charge);
  const amount = command.amount ?? left;
  if (amount.currency !== left.currency) return currencyMismatch(charge, amount.currency);
  if (charge.refunds.length >= maxRefunds) {
    return refuse(
      'too_many_refunds',
      `${command.chargeId} has ${String(charge.refunds.length)} refunds; ${String(maxRefunds)} are allowed.`,
      '/charge',
    );
  }
  if (isZero(amount) || isGreater(amount, left)) {
    return refuse(
      'refund_exceeds_captured',
      command.amount === null
        ? `Nothing is left to refund: all of ${format(charge.captured)} captured is refunded or being refunded.`
        : `Asked to refund ${format(amount)}; ${format(left)} of ${format(charge.captured)} captured is left.`,
      '/amount',
    );
  }
  const { refundId, reason, metadata, createdAt } = command;
  return accept([
    {
      type: 'RefundRequested',
      provider: charge.terms.provider,
      refundId,
      pspReference,
      amount,
      reason,
      metadata,
      createdAt,
    },
  ]);
}

const notFound = (chargeId: string, param?: string) =>
  refuse('charge_not_found', `There is no charge ${chargeId}.`, param);

const notInReview = (charge: Charge) =>
  refuse('charge_not_in_review', `The charge is ${charge.status}, not in_review.`);

const cancelInProgress = (charge: ExistingCharge) =>
  refuse('cancel_in_progress', `The cancellation of ${charge.terms.chargeId} is not decided yet.`);

const currencyMismatch = (charge: ExistingCharge, currency: string) =>
  refuse(
    'currency_mismatch',
    `The amount is in ${currency}; the charge is in ${charge.terms.amount.currency}.`,
    '/currency',
  );
