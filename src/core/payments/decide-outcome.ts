import { type CaptureId, type Result, accept, format, money, refuse, unreachable } from '../kernel';
import type { CancelOutcome, CaptureOutcome, PaymentOutcome } from '../ports';
import { type Charge, type ExistingCharge, isBeingCanceled, isOpen } from './charge';
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
      return outcomeOfPaid(charge, outcome);
    case 'failed':
    case 'canceled':
      return outcomeAfterTheEnd(charge, outcome);
    case 'blocked':
    case 'in_review':
    case 'none':
      // The provider was never asked: a person must look at money that moved all the same.
      return outcome.kind === 'authorized' ? contradiction(charge.status, outcome.kind) : nothingNew;
  }
}

type Authorized = Extract<PaymentOutcome, { kind: 'authorized' }>;

function firstOutcome(
  charge: Extract<Charge, { status: 'processing' | 'unknown' | 'requires_action' }>,
  outcome: PaymentOutcome,
): Recording {
  const { provider, expiresAt } = charge.terms;
  switch (outcome.kind) {
    case 'authorized':
      return authorizedWith(charge, outcome);
    case 'action_required': {
      if (charge.status === 'requires_action') return nothingNew;
      const { pspReference, nextAction } = outcome;
      return accept([{ type: 'ChargeActionRequired', provider, pspReference, nextAction, expiresAt }]);
    }
    case 'failed':
      return accept([
        {
          type: 'ChargeFailed',
          provider,
          // A payment that is known stays payable until a job has ended it, even if this answer does not name it.
          pspReference: outcome.pspReference ?? charge.pspReference,
          card: outcome.card ?? null,
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

function authorizedWith(charge: ExistingCharge, outcome: Authorized): Recording {
  const taken = takenBeyond(charge, outcome);
  if (!taken.ok) return taken;
  const { pspReference, card = null } = outcome;
  const { provider, captureMethod } = charge.terms;
  return accept([{ type: 'ChargeAuthorized', provider, captureMethod, pspReference, card }, ...taken.value]);
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

function outcomeOfPaid(charge: Extract<Charge, { status: 'succeeded' }>, outcome: PaymentOutcome): Recording {
  switch (outcome.kind) {
    case 'authorized':
      return outcome.capturedMinor === charge.captured.amountMinor
        ? nothingNew
        : otherMoney(charge, outcome.capturedMinor);
    case 'failed':
    case 'canceled':
      return contradiction(charge.status, outcome.kind);
    case 'action_required':
    case 'pending':
    case 'unknown':
      return nothingNew;
  }
}

/**
 * A payer can pay a failed payment with another card until it is canceled at the provider, and a capture can come before a
 * cancellation. Money that was taken belongs in the books; what is only held is released by the job that ends the payment.
 */
function outcomeAfterTheEnd(
  charge: Extract<Charge, { status: 'failed' | 'canceled' }>,
  outcome: PaymentOutcome,
): Recording {
  return outcome.kind === 'authorized' && outcome.capturedMinor > 0n
    ? authorizedWith(charge, outcome)
    : nothingNew;
}

/**
 * What the PSP has taken beyond what the books show. An automatic charge is captured by its authorization; else somebody
 * captured at the PSP itself, and the books follow. Nothing taken is ever given back but by a refund: less than the books
 * show is a reading from before our own capture, or a contradiction.
 */
function takenBeyond(charge: ExistingCharge, outcome: Authorized): Recording {
  const { terms, captured } = charge;
  const amountMinor = outcome.capturedMinor - captured.amountMinor;
  if (amountMinor < 0n || outcome.capturedMinor > terms.amount.amountMinor)
    return otherMoney(charge, outcome.capturedMinor);
  if (amountMinor > 0n) {
    const amount = money(amountMinor, captured.currency);
    const { provider } = terms;
    return accept([{ type: 'ChargeCaptured', provider, captureId: null, amount, final: outcome.captured }]);
  }
  return outcome.captured ? accept([{ type: 'ChargeCanceled' }]) : nothingNew;
}

export function recordCapture(charge: Charge, captureId: CaptureId, outcome: CaptureOutcome): Recording {
  if (charge.status === 'none') return refuse('capture_not_found', `The charge has no capture ${captureId}.`);
  const capture = charge.captures.find((known) => known.captureId === captureId);
  if (capture === undefined) return refuse('capture_not_found', `The charge has no capture ${captureId}.`);
  if (!isOpen(capture)) return nothingNew;
  if (charge.status !== 'authorized') return contradiction(charge.status, outcome.kind);
  const { provider } = charge.terms;
  const { amount } = capture;
  const isWhole = charge.captured.amountMinor + amount.amountMinor === charge.terms.amount.amountMinor;
  switch (outcome.kind) {
    case 'captured': {
      const final = capture.final || isWhole;
      return accept([{ type: 'ChargeCaptured', provider, captureId, amount, final }]);
    }
    case 'failed':
      return accept([{ type: 'CaptureFailed', captureId, failure: outcome.failure }]);
    case 'unknown':
      return capture.status === 'unknown'
        ? nothingNew
        : accept([{ type: 'CaptureOutcomeUnknown', captureId, reason: outcome.reason }]);
  }
}

export function recordCancel(charge: Charge, outcome: CancelOutcome): Recording {
  if (charge.status === 'none' || !isBeingCanceled(charge)) return nothingNew;
  switch (outcome.kind) {
    case 'canceled': {
      const { capturedMinor } = outcome;
      const { pspReference } = charge;
      if (capturedMinor <= charge.captured.amountMinor) return accept([{ type: 'ChargeCanceled' }]);
      return pspReference === null
        ? otherMoney(charge, capturedMinor)
        : recordPayment(charge, { kind: 'authorized', pspReference, captured: true, capturedMinor });
    }
    case 'failed':
      return accept([{ type: 'CancelFailed', failure: outcome.failure }]);
    case 'unknown':
      return charge.cancellation?.status === 'unknown'
        ? nothingNew
        : accept([{ type: 'CancelOutcomeUnknown', reason: outcome.reason }]);
  }
}

const otherMoney = ({ captured, terms }: ExistingCharge, capturedMinor: bigint) =>
  refuse(
    'provider_contradiction',
    `The provider has captured ${format(money(capturedMinor, captured.currency))}, the books show ${format(captured)} of ${format(terms.amount)}.`,
  );

const contradiction = (status: string, outcome: string) =>
  refuse('charge_final', `The charge is ${status}, and the provider reports it as ${outcome}.`);
