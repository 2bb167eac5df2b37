import type { CaptureId, ChargeId, Money, RefundId } from '../kernel';
import type { CardFacts, NextAction, Provider, PspFailure } from '../ports';
import type { RiskDecision } from '../risk';

export type CaptureMethod = 'automatic' | 'manual';
export type Metadata = Readonly<Record<string, string>>;

/** What the rules said when the charge was made. `approved` goes to the PSP at once. */
export type Assessment = 'approved' | 'review' | 'blocked';

/** A merchant asked for a payment. The charge begins here, already assessed. */
export interface ChargeCreated {
  readonly type: 'ChargeCreated';
  readonly chargeId: ChargeId;
  readonly amount: Money;
  readonly paymentToken: string;
  readonly captureMethod: CaptureMethod;
  readonly assessment: Assessment;
  /** Why: what the rules looked at and found. Null where no rule set was in force. */
  readonly risk: RiskDecision | null;
  readonly description: string | null;
  readonly customerReference: string | null;
  readonly statementDescriptor: string | null;
  /** Where the payer's browser goes after 3-D Secure; null for the provider's default. */
  readonly returnUrl: string | null;
  readonly metadata: Metadata;
  readonly livemode: boolean;
  /** The payment service provider that the charge goes to, for example `stripe`. */
  readonly provider: Provider;
  /** Milliseconds since the epoch, by the clock of the process that accepted it. */
  readonly createdAt: number;
  /** Milliseconds since the epoch. A payment that the provider has not taken by then is withdrawn. */
  readonly expiresAt: number;
}

/** A person released a charge that the rules had held. */
export interface ChargeReviewApproved {
  readonly type: 'ChargeReviewApproved';
}

/** A person rejected a charge that the rules had held. */
export interface ChargeReviewRejected {
  readonly type: 'ChargeReviewRejected';
  readonly reason: string;
}

/** The PSP was asked for the authorization and did not answer. */
export interface ChargeOutcomeUnknown {
  readonly type: 'ChargeOutcomeUnknown';
  readonly reason: string;
}

export interface ChargeActionRequired {
  readonly type: 'ChargeActionRequired';
  readonly provider: Provider;
  readonly pspReference: string;
  readonly nextAction: NextAction;
  /** As of {@link ChargeCreated}: a job withdraws the payment then. */
  readonly expiresAt: number;
}

/**
 * The issuer promised the amount. It follows ChargeFailed or ChargeCanceled when the provider turns out to have taken money:
 * ChargeCaptured is then in the same append.
 */
export interface ChargeAuthorized {
  readonly type: 'ChargeAuthorized';
  readonly provider: Provider;
  /** Of the charge: only a manual one waits for its captures. */
  readonly captureMethod: CaptureMethod;
  readonly pspReference: string;
  /** Null where the provider does not describe the card. */
  readonly card: CardFacts | null;
}

/** The payment was declined. A job ends it at the provider, where the payer could still pay it with another card. */
export interface ChargeFailed {
  readonly type: 'ChargeFailed';
  readonly provider: Provider;
  /** Null when no payment exists at the provider. */
  readonly pspReference: string | null;
  readonly card: CardFacts | null;
  readonly failure: PspFailure;
}

export interface CaptureRequested {
  readonly type: 'CaptureRequested';
  readonly captureId: CaptureId;
  readonly pspReference: string;
  readonly amount: Money;
  readonly final: boolean;
  /** Milliseconds since the epoch: PSPs remember idempotency keys for a day only. */
  readonly requestedAt: number;
}

/** Money was taken. An automatic charge is captured by the authorization itself: `captureId` is null. */
export interface ChargeCaptured {
  readonly type: 'ChargeCaptured';
  readonly provider: Provider;
  readonly captureId: CaptureId | null;
  readonly amount: Money;
  /** Nothing more is captured after it: the charge has succeeded. */
  readonly final: boolean;
}

export interface CaptureFailed {
  readonly type: 'CaptureFailed';
  readonly captureId: CaptureId;
  readonly failure: PspFailure;
}

export interface CaptureOutcomeUnknown {
  readonly type: 'CaptureOutcomeUnknown';
  readonly captureId: CaptureId;
  readonly reason: string;
}

/** `expired`: the charge reached its `expiresAt` before the provider had taken the payment. */
export type CancelReason = 'requested' | 'expired';

export interface CancelRequested {
  readonly type: 'CancelRequested';
  readonly reason: CancelReason;
  /** Null when no answer of the PSP has named the payment yet. */
  readonly pspReference: string | null;
}

/** What was authorized and not captured is released. */
export interface ChargeCanceled {
  readonly type: 'ChargeCanceled';
}

export interface CancelFailed {
  readonly type: 'CancelFailed';
  readonly failure: PspFailure;
}

export interface CancelOutcomeUnknown {
  readonly type: 'CancelOutcomeUnknown';
  readonly reason: string;
}

export interface RefundRequested {
  readonly type: 'RefundRequested';
  readonly provider: Provider;
  readonly refundId: RefundId;
  readonly pspReference: string;
  readonly amount: Money;
  readonly reason: RefundReason | null;
  readonly metadata: Metadata;
  readonly createdAt: number;
}

export const refundReasons = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;
export type RefundReason = (typeof refundReasons)[number];

/**
 * The provider shows a refund that was made there and not asked for here, as in its dashboard. The same append says how
 * far it has come: RefundPending or RefundSucceeded.
 */
export interface RefundRecorded {
  readonly type: 'RefundRecorded';
  readonly provider: Provider;
  readonly refundId: RefundId;
  readonly pspReference: string;
  readonly amount: Money;
  readonly reason: RefundReason | null;
  /** When the provider made it, milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The PSP took the refund and has not settled it yet. */
export interface RefundPending {
  readonly type: 'RefundPending';
  readonly refundId: RefundId;
  readonly pspReference: string;
}

export interface RefundSucceeded {
  readonly type: 'RefundSucceeded';
  readonly provider: Provider;
  readonly refundId: RefundId;
  readonly amount: Money;
  readonly pspReference: string;
}

/** The refund did not happen, or came back after it had succeeded; the amount can be refunded again. */
export interface RefundFailed {
  readonly type: 'RefundFailed';
  readonly provider: Provider;
  readonly refundId: RefundId;
  readonly amount: Money;
  readonly failure: PspFailure;
  /** True when the refund had been reported as succeeded before. */
  readonly afterSuccess: boolean;
}

export interface RefundOutcomeUnknown {
  readonly type: 'RefundOutcomeUnknown';
  readonly refundId: RefundId;
  readonly reason: string;
}

export type ChargeEvent =
  | ChargeCreated
  | ChargeReviewApproved
  | ChargeReviewRejected
  | ChargeOutcomeUnknown
  | ChargeActionRequired
  | ChargeAuthorized
  | ChargeFailed
  | CaptureRequested
  | ChargeCaptured
  | CaptureFailed
  | CaptureOutcomeUnknown
  | CancelRequested
  | ChargeCanceled
  | CancelFailed
  | CancelOutcomeUnknown
  | RefundRequested
  | RefundRecorded
  | RefundPending
  | RefundSucceeded
  | RefundFailed
  | RefundOutcomeUnknown;
