import { type CaptureId, type RefundId, type Result, accept, refuse, unreachable } from '../kernel';
import type { CancelOutcome, CaptureOutcome, PaymentOutcome, RefundOutcome } from '../ports';
import { type Charge, isOpen } from './charge';
import type { ChargeErrorCode } from './errors';
import type { ChargeEvent } from './events';

/**
 * What the PSP said, in an answer, a look-up or a notice. Each function accepts the same outcome any number
 * of times and in any order with its neighbours: what is known already adds no event.
 */
export type Recording = Result<readonly ChargeEvent[], ChargeErrorCode>;

const nothingNew: Recording = accept([]);

export function recordPayment(charge: Charge, outcome: PaymentOutcome): Recording {
  switch (charge.status) {
    case 'processing':
    case 'unknown':
    case 'requires_action':
      return accept(firstOutcome(charge, outcome));
    case 'authorized':
      // A capture that is not decided may have come before the release: its own outcome is recorded first.
      if (outcome.kind === 'canceled')
        return charge.captures.some(isOpen) ? nothingNew : accept([{ type: 'ChargeCanceled' }]);
      return outcome.kind === 'failed' ? contradiction(charge.status, outcome.kind) : nothingNew;
    case 'succeeded':
      return outcome.kind === 'failed' ? contradiction(charge.status, outcome.kind) : nothingNew;
    case 'failed':
    case 'canceled':
    case 'blocked':
    case 'in_review':
    case 'none':
      // Money that moved although the books say that it did not: a person must look at it.
      return outcome.kind === 'authorized' ? contradiction(charge.status, outcome.kind) : nothingNew;
  }
}

function firstOutcome(
  charge: Extract<Charge, { status: 'processing' | 'unknown' | 'requires_action' }>,
  outcome: PaymentOutcome,
): readonly ChargeEvent[] {
  switch (outcome.kind) {
    case 'authorized': {
      const authorized: ChargeEvent = { type: 'ChargeAuthorized', pspReference: outcome.pspReference };
      if (!outcome.captured) return [authorized];
      return [
        authorized,
        { type: 'ChargeCaptured', captureId: null, amount: charge.terms.amount, final: true },
      ];
    }
    case 'action_required':
      if (charge.status === 'requires_action') return [];
      return [
        { type: 'ChargeActionRequired', pspReference: outcome.pspReference, nextAction: outcome.nextAction },
      ];
    case 'failed':
      return [{ type: 'ChargeFailed', pspReference: outcome.pspReference ?? null, failure: outcome.failure }];
    case 'canceled':
      return [{ type: 'ChargeCanceled' }];
    case 'unknown':
      return charge.status === 'processing' ? [{ type: 'ChargeOutcomeUnknown', reason: outcome.reason }] : [];
    case 'pending':
      return [];
    default:
      return unreachable(outcome);
  }
}

export function recordCapture(charge: Charge, captureId: CaptureId, outcome: CaptureOutcome): Recording {
  const capture =
    charge.status === 'none' ? undefined : charge.captures.find((known) => known.captureId === captureId);
  if (capture === undefined) return refuse('capture_not_found', `The charge has no capture ${captureId}.`);
  if (!isOpen(capture)) return nothingNew;
  if (charge.status !== 'authorized') return contradiction(charge.status, outcome.kind);
  switch (outcome.kind) {
    case 'captured':
      return accept([{ type: 'ChargeCaptured', captureId, amount: capture.amount, final: capture.final }]);
    case 'failed':
      return accept([{ type: 'CaptureFailed', captureId, failure: outcome.failure }]);
    case 'unknown':
      return capture.status === 'unknown'
        ? nothingNew
        : accept([{ type: 'CaptureOutcomeUnknown', captureId, reason: outcome.reason }]);
  }
}

export function recordCancel(charge: Charge, outcome: CancelOutcome): Recording {
  if (!('cancellation' in charge) || charge.cancellation === 'none') return nothingNew;
  switch (outcome.kind) {
    case 'canceled':
      return accept([{ type: 'ChargeCanceled' }]);
    case 'failed':
      return accept([{ type: 'CancelFailed', failure: outcome.failure }]);
    case 'unknown':
      return charge.cancellation === 'unknown'
        ? nothingNew
        : accept([{ type: 'CancelOutcomeUnknown', reason: outcome.reason }]);
  }
}

export function recordRefund(charge: Charge, refundId: RefundId, outcome: RefundOutcome): Recording {
  const refund =
    charge.status === 'none' ? undefined : charge.refunds.find((known) => known.refundId === refundId);
  if (refund === undefined) return refuse('refund_not_found', `The charge has no refund ${refundId}.`);
  const { amount } = refund;
  switch (outcome.kind) {
    case 'succeeded':
      if (refund.status === 'succeeded') return nothingNew;
      if (refund.status === 'failed')
        return refuse('refund_final', `${refundId} has failed, and the provider reports it as succeeded.`);
      return accept([{ type: 'RefundSucceeded', refundId, amount, pspReference: outcome.pspReference }]);
    case 'pending':
      if (!isOpen(refund) || (refund.status === 'pending' && refund.pspReference !== null)) return nothingNew;
      return accept([{ type: 'RefundPending', refundId, pspReference: outcome.pspReference }]);
    case 'failed':
      if (refund.status === 'failed') return nothingNew;
      return accept([
        {
          type: 'RefundFailed',
          refundId,
          amount,
          failure: outcome.failure,
          afterSuccess: refund.status === 'succeeded',
        },
      ]);
    case 'unknown':
      return refund.status === 'pending' && refund.pspReference === null
        ? accept([{ type: 'RefundOutcomeUnknown', refundId, reason: outcome.reason }])
        : nothingNew;
  }
}

const contradiction = (status: string, outcome: string) =>
  refuse('charge_final', `The charge is ${status}, and the provider reports it as ${outcome}.`);
