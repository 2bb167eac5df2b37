import * as fc from 'fast-check';
import { type CaptureId, type ChargeId, type RefundId, currencies, money } from '../../../src/core/kernel';
import { type ChargeEvent, refundReasons } from '../../../src/core/payments';

type Of<Type extends ChargeEvent['type']> = Extract<ChargeEvent, { type: Type }>;

const body = fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{26}$/);
const chargeId = body.map((text) => `ch_${text}` as ChargeId);
const captureId = body.map((text) => `cap_${text}` as CaptureId);
const refundId = body.map((text) => `re_${text}` as RefundId);
const amount = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.constantFrom(...currencies))
  .map(([minor, currency]) => money(minor, currency));
const orNull = <Value>(some: fc.Arbitrary<Value>) => fc.option(some, { nil: null });
const words = fc.string({ unit: 'grapheme', maxLength: 30 });
const provider = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
const card = orNull(
  fc.record({
    brand: orNull(words),
    last4: orNull(fc.stringMatching(/^\d{4}$/)),
    country: orNull(words),
    funding: orNull(fc.constantFrom('credit', 'debit', 'prepaid', 'unknown')),
  }),
);
const atMs = fc.nat(4_000_000_000_000);
/** Some of it looks like the money that stands beside it. */
const metadata = fc.oneof(
  fc.dictionary(
    fc.string({ minLength: 1, maxLength: 10 }).filter((key) => key !== '__proto__'),
    words,
  ),
  fc.record({
    amountMinor: fc.oneof(words, fc.constant('12')),
    currency: fc.oneof(words, fc.constantFrom(...currencies)),
  }),
);
const failure = fc.oneof(
  fc.record({ code: words, message: words }),
  fc.record({ code: words, declineCode: words, message: words }),
);

/** One arbitrary for each type of event: a type that is new has none and does not compile. */
export const chargeEvents: { readonly [Type in ChargeEvent['type']]: fc.Arbitrary<Of<Type>> } = {
  ChargeCreated: fc.record({
    type: fc.constant('ChargeCreated'),
    provider,
    chargeId,
    amount,
    paymentToken: words,
    captureMethod: fc.constantFrom('automatic', 'manual'),
    assessment: fc.constantFrom('approved', 'review', 'blocked'),
    risk: fc.constant(null),
    description: orNull(words),
    customerReference: orNull(words),
    statementDescriptor: orNull(words),
    metadata,
    livemode: fc.boolean(),
    returnUrl: orNull(fc.webUrl()),
    createdAt: atMs,
    expiresAt: atMs,
  }),
  ChargeReviewApproved: fc.constant({ type: 'ChargeReviewApproved' }),
  ChargeReviewRejected: fc.record({ type: fc.constant('ChargeReviewRejected'), reason: words }),
  ChargeOutcomeUnknown: fc.record({ type: fc.constant('ChargeOutcomeUnknown'), reason: words }),
  ChargeActionRequired: fc.record({
    type: fc.constant('ChargeActionRequired'),
    provider,
    pspReference: words,
    nextAction: fc.record({ kind: fc.constant('redirect'), url: fc.webUrl() }),
    expiresAt: atMs,
  }),
  ChargeAuthorized: fc.record({
    type: fc.constant('ChargeAuthorized'),
    provider,
    captureMethod: fc.constantFrom('automatic', 'manual'),
    pspReference: words,
    card,
  }),
  ChargeFailed: fc.record({
    type: fc.constant('ChargeFailed'),
    provider,
    pspReference: orNull(words),
    card,
    failure,
  }),
  CaptureRequested: fc.record({
    type: fc.constant('CaptureRequested'),
    captureId,
    pspReference: words,
    amount,
    final: fc.boolean(),
    requestedAt: atMs,
  }),
  ChargeCaptured: fc.record({
    type: fc.constant('ChargeCaptured'),
    provider,
    captureId: orNull(captureId),
    amount,
    final: fc.boolean(),
  }),
  CaptureFailed: fc.record({ type: fc.constant('CaptureFailed'), captureId, failure }),
  CaptureOutcomeUnknown: fc.record({
    type: fc.constant('CaptureOutcomeUnknown'),
    captureId,
    reason: words,
  }),
  CancelRequested: fc.record({
    type: fc.constant('CancelRequested'),
    reason: fc.constantFrom('requested', 'expired'),
    pspReference: orNull(words),
  }),
  ChargeCanceled: fc.constant({ type: 'ChargeCanceled' }),
  CancelFailed: fc.record({ type: fc.constant('CancelFailed'), failure }),
  CancelOutcomeUnknown: fc.record({ type: fc.constant('CancelOutcomeUnknown'), reason: words }),
  RefundRequested: fc.record({
    type: fc.constant('RefundRequested'),
    provider,
    refundId,
    pspReference: words,
    amount,
    reason: orNull(fc.constantFrom(...refundReasons)),
    metadata,
    createdAt: atMs,
  }),
  RefundRecorded: fc.record({
    type: fc.constant('RefundRecorded'),
    provider,
    refundId,
    pspReference: words,
    amount,
    reason: orNull(fc.constantFrom(...refundReasons)),
    createdAt: atMs,
  }),
  RefundPending: fc.record({ type: fc.constant('RefundPending'), refundId, pspReference: words }),
  RefundSucceeded: fc.record({
    type: fc.constant('RefundSucceeded'),
    provider,
    refundId,
    amount,
    pspReference: words,
  }),
  RefundFailed: fc.record({
    type: fc.constant('RefundFailed'),
    provider,
    refundId,
    amount,
    failure,
    afterSuccess: fc.boolean(),
  }),
  RefundOutcomeUnknown: fc.record({
    type: fc.constant('RefundOutcomeUnknown'),
    refundId,
    reason: words,
  }),
};
