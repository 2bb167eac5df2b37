import { eventCodec } from '../kernel';
import type { ChargeEvent } from './events';

/** Reads and writes the events of a charge's stream. A changed shape gets an upcaster here. */
export const chargeCodec = eventCodec<ChargeEvent>(
  {
    ChargeCreated: [],
    ChargeReviewApproved: [],
    ChargeReviewRejected: [],
    ChargeOutcomeUnknown: [],
    ChargeActionRequired: [],
    ChargeAuthorized: [],
    ChargeFailed: [],
    CaptureRequested: [],
    ChargeCaptured: [],
    CaptureFailed: [],
    CaptureOutcomeUnknown: [],
    CancelRequested: [],
    ChargeCanceled: [],
    CancelFailed: [],
    CancelOutcomeUnknown: [],
    RefundRequested: [],
    RefundRecorded: [],
    RefundPending: [],
    RefundSucceeded: [],
    RefundFailed: [],
    RefundOutcomeUnknown: [],
  },
  ['amount'],
);
