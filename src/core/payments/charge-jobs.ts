import type { ChargeId, JsonObject, TraceParent } from '../kernel';
import type { Job, RecordedEvent, RetryPolicy } from '../ports';
import { chargeCodec } from './codec';
import type { ChargeEvent } from './events';
import type { PspNoticeReceived } from './psp-notice';
import { chargeOf } from './use-cases/charge-stream';

/** Work at the PSP, as soon as possible. */
export const paymentsQueue = 'payments';
/** Asking the PSP again about what it should have told us: notices get lost. */
export const followUpQueue = 'payments-follow-up';

/**
 * About thirty hours of patience, then a person looks at the dead letter. A PSP repeats an answer that it failed
 * with for 24 hours; only after that can the same key succeed.
 */
export const paymentsRetry: RetryPolicy = { maxAttempts: 250, baseDelayMs: 500, maxDelayMs: 15 * 60_000 };
/** About eleven days of asking, ever more slowly: a refund may take a bank that long. */
export const followUpRetry: RetryPolicy = {
  maxAttempts: 100,
  baseDelayMs: 30_000,
  maxDelayMs: 6 * 60 * 60_000,
};

/** What a job of a charge carries; the stream is loaded for everything else. */
export interface ChargeJobData extends JsonObject {
  readonly tenant: string;
  readonly chargeId: string;
  /** The capture or refund that the job is about. */
  readonly operationId?: string;
  readonly correlationId: string;
  /** The event that asked for the job. */
  readonly causationId: string;
  /** The trace of the event, where it has one. */
  readonly trace?: TraceParent;
}

export const chargeJobNames = [
  'authorize-at-psp',
  'resolve-payment',
  'capture-at-psp',
  'cancel-at-psp',
  'end-at-psp',
  'refund-at-psp',
  'apply-psp-notice',
  'compare-refunds',
  'follow-up-payment',
  'expire-payment',
  'follow-up-refund',
] as const;
export type ChargeJobName = (typeof chargeJobNames)[number];

/** A payment that is being canceled is asked for no longer: the job of the cancellation finds out what became of it. */
const endingPayment = [
  'ChargeActionRequired',
  'ChargeAuthorized',
  'ChargeFailed',
  'ChargeCanceled',
  'ChargeOutcomeUnknown',
  'CancelRequested',
] as const;

/**
 * Each asks the PSP for something that a charge's event wants, and records what came of it. An unknown outcome has a job
 * of its own.
 */
export const chargeJobsEndingWithEvent = {
  'authorize-at-psp': endingPayment,
  'resolve-payment': endingPayment,
  'capture-at-psp': ['ChargeCaptured', 'CaptureFailed', 'CaptureOutcomeUnknown'],
  // The last two come when the payment fails, or its money is taken, before it can be released.
  'cancel-at-psp': [
    'ChargeCanceled',
    'CancelFailed',
    'CancelOutcomeUnknown',
    'ChargeFailed',
    'ChargeCaptured',
  ],
  'refund-at-psp': ['RefundPending', 'RefundSucceeded', 'RefundFailed', 'RefundOutcomeUnknown'],
} as const satisfies Partial<Record<ChargeJobName, readonly ChargeEvent['type'][]>>;

interface Work {
  readonly name: ChargeJobName;
  readonly queue?: string;
  readonly operationId?: string;
  readonly delayMs?: number;
}

/** A second try at an unanswered call waits this long: a PSP that just timed out needs a moment. */
const unansweredDelayMs = 1_000;
/** The first look at a refund that has succeeded and may still come back: see `refundLooksMs`. */
const settledRefundDelayMs = 5 * 60_000;
/** The first follow-up; a notice usually arrives much earlier. */
const followUpDelayMs = 30_000;
/** The answer to our own request, which usually says the same as a notice, is recorded within moments of it. */
const noticeDelayMs = 1_000;

/**
 * The outside work that a charge's own event asks for; none for a notice, which `jobsForNotices` may find superfluous.
 * Pure: the same event always gives the same jobs, with the same keys.
 */
export function jobsForCharge(recorded: RecordedEvent): readonly Job[] {
  const event = chargeCodec.decode(recorded);
  if (event === null) return [];
  const work = [workFor(event), laterLookAt(event, recorded.recordedAt)];
  return work.flatMap((each) => (each === null ? [] : [job(recorded, chargeOf(recorded), each)]));
}

/** Asks the PSP what it has, because it told us that something happened. @param delayMs until our own answer is there */
export const jobForNotice = (
  recorded: RecordedEvent,
  { chargeId, refundId, concerns }: PspNoticeReceived,
  delayMs = noticeDelayMs,
): Job =>
  job(recorded, chargeId, {
    name: concerns === 'refunds' ? 'compare-refunds' : 'apply-psp-notice',
    delayMs,
    ...(refundId === null ? {} : { operationId: refundId }),
  });

function workFor(event: ChargeEvent): Work | null {
  switch (event.type) {
    case 'ChargeCreated':
      return event.assessment === 'approved' ? { name: 'authorize-at-psp' } : null;
    case 'ChargeReviewApproved':
      return { name: 'authorize-at-psp' };
    case 'ChargeOutcomeUnknown':
      return { name: 'resolve-payment', delayMs: unansweredDelayMs };
    case 'ChargeActionRequired':
      return { name: 'follow-up-payment', queue: followUpQueue, delayMs: followUpDelayMs };
    case 'CaptureRequested':
      return { name: 'capture-at-psp', operationId: event.captureId };
    case 'CaptureOutcomeUnknown':
      return { name: 'capture-at-psp', operationId: event.captureId, delayMs: unansweredDelayMs };
    case 'CancelRequested':
      return { name: 'cancel-at-psp' };
    case 'CancelOutcomeUnknown':
      return { name: 'cancel-at-psp', delayMs: unansweredDelayMs };
    case 'RefundRequested':
      return { name: 'refund-at-psp', operationId: event.refundId };
    case 'RefundOutcomeUnknown':
      return { name: 'refund-at-psp', operationId: event.refundId, delayMs: unansweredDelayMs };
    case 'RefundPending':
      return {
        name: 'follow-up-refund',
        operationId: event.refundId,
        queue: followUpQueue,
        delayMs: followUpDelayMs,
      };
    case 'ChargeFailed':
      // Without a name the PSP has no payment that its payer could still pay.
      return event.pspReference === null ? null : { name: 'end-at-psp' };
    case 'RefundSucceeded':
      return {
        name: 'follow-up-refund',
        operationId: event.refundId,
        queue: followUpQueue,
        delayMs: settledRefundDelayMs,
      };
    case 'ChargeReviewRejected':
    case 'ChargeAuthorized':
    case 'ChargeCaptured':
    case 'CaptureFailed':
    case 'ChargeCanceled':
    case 'CancelFailed':
    case 'RefundRecorded':
    case 'RefundFailed':
      return null;
  }
}

/**
 * Most card networks let a merchant hold money for seven days. A notice tells when the PSP releases it, and may be
 * lost. @source https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 */
const heldFollowUpDelayMs = 7 * 24 * 60 * 60_000;

/** A look at money that may still be held by then, or at a payment that its time is over for. It may find nothing to do. */
function laterLookAt(event: ChargeEvent, recordedAt: number): Work | null {
  const waitsForSomebody =
    event.type === 'ChargeActionRequired' ||
    (event.type === 'ChargeCreated' && event.assessment === 'review');
  if (waitsForSomebody) {
    const delayMs = Math.max(0, event.expiresAt - recordedAt);
    return { name: 'expire-payment', queue: followUpQueue, delayMs };
  }
  const mayBeHeld =
    (event.type === 'ChargeCreated' && event.assessment === 'approved' && event.captureMethod === 'manual') ||
    // How the charge is captured stands in an earlier event.
    event.type === 'ChargeReviewApproved';
  return mayBeHeld ? { name: 'follow-up-payment', queue: followUpQueue, delayMs: heldFollowUpDelayMs } : null;
}

function job(recorded: RecordedEvent, chargeId: ChargeId, work: Work): Job {
  const causationId = `${recorded.stream}/${String(recorded.version)}`;
  const { correlationId, trace } = recorded.metadata;
  const data: ChargeJobData = {
    tenant: recorded.tenant,
    chargeId,
    ...(work.operationId === undefined ? {} : { operationId: work.operationId }),
    correlationId,
    causationId,
    ...(trace === undefined ? {} : { trace }),
  };
  const { name, queue = paymentsQueue, delayMs } = work;
  return { queue, name, key: causationId, data, ...(delayMs === undefined ? {} : { delayMs }) };
}
