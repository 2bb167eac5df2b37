import { type Static, Type } from '@sinclair/typebox';
import { type Money, assert, toTimestamp } from '../../../core/kernel';
import { type ChargeEvent, type ExistingCharge, chargeCodec, chargeDecider } from '../../../core/payments';
import type { RecordedEvent } from '../../../core/ports';
import { chargeStatuses } from './charge-resource';
import { Failure, failureShown } from '../../resources/failure';
import { AmountShown, CurrencyShown, amountShown } from '../../resources/money';
import { Timestamp, nullable, oneOf } from '../../resources/schema-parts';

/** What each event is called outside. */
const outsideNames = {
  ChargeCreated: 'charge.created',
  ChargeReviewApproved: 'charge.review_approved',
  ChargeReviewRejected: 'charge.review_rejected',
  ChargeOutcomeUnknown: 'charge.outcome_unknown',
  ChargeActionRequired: 'charge.action_required',
  ChargeAuthorized: 'charge.authorized',
  ChargeFailed: 'charge.failed',
  CaptureRequested: 'capture.requested',
  ChargeCaptured: 'charge.captured',
  CaptureFailed: 'capture.failed',
  CaptureOutcomeUnknown: 'capture.outcome_unknown',
  CancelRequested: 'cancel.requested',
  ChargeCanceled: 'charge.canceled',
  CancelFailed: 'cancel.failed',
  CancelOutcomeUnknown: 'cancel.outcome_unknown',
  RefundRequested: 'refund.requested',
  RefundRecorded: 'refund.recorded',
  RefundPending: 'refund.pending',
  RefundSucceeded: 'refund.succeeded',
  RefundFailed: 'refund.failed',
  RefundOutcomeUnknown: 'refund.outcome_unknown',
} as const satisfies Readonly<Record<ChargeEvent['type'], string>>;

const names = Object.values(outsideNames);

export const ChargeEventSchema = Type.Object(
  {
    id: Type.String({ description: 'Unique and immutable.' }),
    object: oneOf(['event']),
    type: oneOf(names),
    created: Timestamp,
    sequence: Type.Integer({ minimum: 1, description: '1, 2, 3 … within the charge, without a gap.' }),
    charge: Type.String(),
    charge_status: oneOf(chargeStatuses, { description: 'The status of the charge after the event.' }),
    amount: nullable(AmountShown),
    currency: nullable(CurrencyShown),
    capture: nullable(Type.String()),
    refund: nullable(Type.String()),
    failure: nullable(Failure),
    actor: Type.String({ description: 'Who caused it: an API key, operator, worker, psp:stripe.' }),
    request_id: nullable(Type.String()),
  },
  { $id: 'ChargeEvent', description: 'One fact in the life of a charge.' },
);

export type ChargeEventObject = Static<typeof ChargeEventSchema>;

export const chargeEventExample: ChargeEventObject = {
  id: 'evt_06f4q8xk3v7m2n9r5t1w0y8z4b_3',
  object: 'event',
  type: 'charge.captured',
  created: '2026-11-21T09:30:00.120Z',
  sequence: 3,
  charge: 'ch_06f4q8xk3v7m2n9r5t1w0y8z4b',
  charge_status: 'succeeded',
  amount: 1999,
  currency: 'EUR',
  capture: null,
  refund: null,
  failure: null,
  actor: 'worker',
  request_id: null,
};

/** A charge's whole history, oldest first, as callers see it. The payment token is not among it. */
export function chargeHistory(history: readonly RecordedEvent[]): ChargeEventObject[] {
  let charge = chargeDecider.initial;
  return history.map((recorded) => {
    const event = chargeCodec.decode(recorded);
    assert(event !== null, `${recorded.stream} holds only events of a charge`);
    charge = chargeDecider.evolve(charge, event);
    assert(charge.status !== 'none', `${recorded.stream} begins with its creation`);
    return shown(event, recorded, charge);
  });
}

function shown(event: ChargeEvent, recorded: RecordedEvent, charge: ExistingCharge): ChargeEventObject {
  const { chargeId } = charge.terms;
  const amount: Money | null = 'amount' in event ? event.amount : null;
  return {
    id: `evt_${chargeId.slice('ch_'.length)}_${String(recorded.version)}`,
    object: 'event',
    type: outsideNames[event.type],
    created: toTimestamp(recorded.recordedAt),
    sequence: recorded.version,
    charge: chargeId,
    charge_status: charge.status,
    amount: amount === null ? null : amountShown(amount),
    currency: amount === null ? null : amount.currency,
    capture: 'captureId' in event ? event.captureId : null,
    refund: 'refundId' in event ? event.refundId : null,
    failure: 'failure' in event ? failureShown(event.failure) : null,
    actor: recorded.metadata.actor,
    request_id: recorded.metadata.requestId ?? null,
  };
}
