import {
  type CaptureId,
  type Money,
  type RefundId,
  type Result,
  accept,
  format,
  money,
  refuse,
  unreachable,
} from '../kernel';
import type { CancelOutcome, CaptureOutcome, PaymentOutcome, RefundOutcome } from '../ports';
import { type Charge, type ExistingCharge, isOpen } from './charge';
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
      return firstOutcome(charge, outcome);
    case 'authorized':
      return outcomeOfHeld(charge, outcome);
    case 'succeeded':
      if (outcome.kind === 'failed') return contradiction(charge.status, outcome.kind);
      return outcome.kind === 'authorized' && outcome.capturedMinor > charge.captured.amountMinor
        ? tookTooMuch(outcome, charge.captured)
        : nothingNew;
    case 'failed':
    case 'canceled':
    case 'blocked':
    case 'in_review':
    case 'none':
      // Money that moved although the books say that it did not: a person must look at it.
      return outcome.kind === 'authorized' ? contradiction(charge.status, outcome.kind) : nothingNew;
  }
}

type Authorized = Extract<PaymentOutcome, { kind: 'authorized' }>;

function firstOutcome(
  charge: Extract<Charge, { status: 'processing' | 'unknown' | 'requires_action' }>,
  outcome: PaymentOutcome,
): Recording {
  const { provider } = charge.terms;
  switch (outcome.kind) {
    case 'authorized': {
      const taken = takenBeyond(charge, outcome);
      return taken.ok
        ? accept([{ type: 'ChargeAuthorized', provider, pspReference: outcome.pspReference }, ...taken.value])
        : taken;
    }
    case 'action_required':
      if (charge.status === 'requires_action') return nothingNew;
      return accept([
        {
          type: 'ChargeActionRequired',
          provider,
          pspReference: outcome.pspReference,
          nextAction: outcome.nextAction,
        },
      ]);
    case 'failed':
      return accept([
        {
          type: 'ChargeFailed',
          provider,
          pspReference: outcome.pspReference ?? null,
          failure: outcome.failure,
        },
      ]);
    case 'canceled':
      return accept([{ type: 'ChargeCanceled' }]);
    case 'unknown':
      return charge.status === 'processing'
        ? accept([{ type: 'ChargeOutcomeUnknown', reason: outcome.reason }])
        : nothingNew;
    case 'pending':
      return nothingNew;
    default:
      return unreachable(outcome);
  }
}

function outcomeOfHeld(
  charge: Extract<Charge, { status: 'authorized' }>,
  outcome: PaymentOutcome,
): Recording {
  switch (outcome.kind) {
    case 'authorized':
    case 'canceled':
      // A capture that is not decided may have come before the release, or be what was taken: its own outcome comes first.
      if (charge.captures.some(isOpen)) return nothingNew;
      return outcome.kind === 'canceled'
        ? accept([{ type: 'ChargeCanceled' }])
        : takenBeyond(charge, outcome);
    case 'failed':
      return contradiction(charge.status, outcome.kind);
    case 'action_required':
    case 'pending':
    case 'unknown':
      return nothingNew;
  }
}

/**
 * What the PSP has taken beyond what the books show. An automatic charge is captured by its authorization; else somebody
 * captured at the PSP itself, and the books follow. Less than the books show was true before our own capture: nothing taken
 * is ever given back but by a refund.
 */
function takenBeyond({ terms, captured }: ExistingCharge, outcome: Authorized): Recording {
  if (outcome.capturedMinor > terms.amount.amountMinor) return tookTooMuch(outcome, terms.amount);
  const amountMinor = outcome.capturedMinor - captured.amountMinor;
  if (amountMinor > 0n) {
    const amount = money(amountMinor, captured.currency);
    return accept([
      { type: 'ChargeCaptured', provider: terms.provider, captureId: null, amount, final: outcome.captured },
    ]);
  }
  return outcome.captured && amountMinor === 0n ? accept([{ type: 'ChargeCanceled' }]) : nothingNew;
}

export function recordCapture(charge: Charge, captureId: CaptureId, outcome: CaptureOutcome): Recording {
  const capture =
    charge.status === 'none' ? undefined : charge.captures.find((known) => known.captureId === captureId);
  if (capture === undefined) return refuse('capture_not_found', `The charge has no capture ${captureId}.`);
  if (!isOpen(capture)) return nothingNew;
  if (charge.status !== 'authorized') return contradiction(charge.status, outcome.kind);
  switch (outcome.kind) {
    case 'captured':
      return accept([
        {
          type: 'ChargeCaptured',
          provider: charge.terms.provider,
          captureId,
          amount: capture.amount,
          final: capture.final,
        },
      ]);
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
    case 'canceled': {
      const { capturedMinor } = outcome;
      return capturedMinor > charge.captured.amountMinor
        ? recordPayment(charge, {
            kind: 'authorized',
            pspReference: charge.pspReference,
            captured: true,
            capturedMinor,
          })
        : accept([{ type: 'ChargeCanceled' }]);
    }
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
  if (charge.status === 'none' || refund === undefined)
    return refuse('refund_not_found', `The charge has no refund ${refundId}.`);
  const { provider } = charge.terms;
  const { amount } = refund;
  switch (outcome.kind) {
    case 'succeeded':
      if (refund.status === 'succeeded') return nothingNew;
      if (refund.status === 'failed')
        return refuse('refund_final', `${refundId} has failed, and the provider reports it as succeeded.`);
      return accept([
        { type: 'RefundSucceeded', provider, refundId, amount, pspReference: outcome.pspReference },
      ]);
    case 'pending':
      if (!isOpen(refund) || (refund.status === 'pending' && refund.pspReference !== null)) return nothingNew;
      return accept([{ type: 'RefundPending', refundId, pspReference: outcome.pspReference }]);
    case 'failed':
      if (refund.status === 'failed') return nothingNew;
      return accept([
        {
          type: 'RefundFailed',
          provider,
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

const tookTooMuch = ({ capturedMinor }: Authorized, expected: Money) =>
  refuse(
    'capture_exceeds_authorization',
    `The provider has captured ${format(money(capturedMinor, expected.currency))}, the books show ${format(expected)}.`,
  );

const contradiction = (status: string, outcome: string) =>
  refuse('charge_final', `The charge is ${status}, and the provider reports it as ${outcome}.`);
