import type { ChargeId, Money, RefundId, TenantId } from '../kernel';

/** A payment service provider's name, lower case, for example `stripe`; a ledger account carries it. */
export type Provider = string;

/** Why a PSP said no, in words that do not depend on the PSP. */
export interface PspFailure {
  /** `card_declined`, `insufficient_funds`, `expired_card`, `incorrect_cvc`, `processing_error`, `authentication_failed`, `invalid_request` … */
  readonly code: string;
  /** The issuer's reason where the PSP passes it on, for example `lost_card`. */
  readonly declineCode?: string;
  readonly message: string;
}

/** What the payer has to do before the payment goes on (3-D Secure). */
export interface NextAction {
  readonly kind: 'redirect';
  readonly url: string;
}

/** The PSP was asked and did not answer: the money may have moved. Never treat it as a failure. */
export interface PspUnknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

export type PaymentOutcome =
  | {
      readonly kind: 'authorized';
      readonly pspReference: string;
      /** Nothing is held any more: what was not taken by then has been released. */
      readonly captured: boolean;
      /** All that was taken so far, whoever asked for it: FinCore, or a person at the PSP. */
      readonly capturedMinor: bigint;
    }
  | { readonly kind: 'action_required'; readonly pspReference: string; readonly nextAction: NextAction }
  | { readonly kind: 'failed'; readonly pspReference?: string; readonly failure: PspFailure }
  | { readonly kind: 'canceled'; readonly pspReference: string }
  /** The PSP has it and has not decided. */
  | { readonly kind: 'pending'; readonly pspReference: string }
  | PspUnknown;

export type CaptureOutcome =
  { readonly kind: 'captured' } | { readonly kind: 'failed'; readonly failure: PspFailure } | PspUnknown;

export type CancelOutcome =
  /** Nothing is held any more. `capturedMinor` was taken before. */
  | { readonly kind: 'canceled'; readonly capturedMinor: bigint }
  | { readonly kind: 'failed'; readonly failure: PspFailure }
  | PspUnknown;

export type RefundOutcome =
  | { readonly kind: 'succeeded'; readonly pspReference: string }
  | { readonly kind: 'pending'; readonly pspReference: string }
  | { readonly kind: 'failed'; readonly pspReference?: string; readonly failure: PspFailure }
  | PspUnknown;

export interface AuthorizeRequest {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly amount: Money;
  readonly paymentToken: string;
  readonly captureMethod: 'automatic' | 'manual';
  readonly description?: string;
  readonly statementDescriptor?: string;
  /** Left with the payment where the PSP keeps such notes. The same for every attempt, or the key would not fit. */
  readonly correlationId?: string;
  /** Derived from the charge and the operation, never from the attempt. */
  readonly idempotencyKey: string;
}

export interface CaptureAtPspRequest {
  readonly pspReference: string;
  readonly amount: Money;
  /** Releases what is authorized beyond this capture. */
  readonly final: boolean;
  readonly idempotencyKey: string;
}

export interface RefundAtPspRequest {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly refundId: RefundId;
  readonly pspReference: string;
  readonly amount: Money;
  readonly reason?: string;
  /** As of {@link AuthorizeRequest}. */
  readonly correlationId?: string;
  readonly idempotencyKey: string;
}

/** A PSP's inbound notice, verified; the PSP's own state is looked up before anything is recorded. */
export interface PspNotice {
  readonly eventId: string;
  readonly type: string;
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly refundId?: RefundId;
  /** Money of the charge was given back, by which refund it does not say: one of FinCore's, or one made at the PSP itself. */
  readonly concerns?: 'refunds';
}

export type NoticeVerdict =
  | { readonly kind: 'notice'; readonly notice: PspNotice }
  /** Authentic, but about nothing that FinCore acts on. */
  | { readonly kind: 'irrelevant'; readonly eventId: string; readonly type: string }
  | {
      readonly kind: 'rejected';
      readonly reason:
        'signature_missing' | 'signature_invalid' | 'timestamp_outside_tolerance' | 'malformed';
    };

/**
 * One payment service provider.
 *
 * Every method answers within the gateway's timeout. `unknown` says that the request may have had an
 * effect; calling again with the same idempotency key is safe while the PSP remembers keys
 * (Stripe: 24 hours). @throws PspUnavailable when the request certainly had no effect.
 */
export interface PspGateway {
  readonly name: Provider;
  authorize(request: AuthorizeRequest): Promise<PaymentOutcome>;
  capture(request: CaptureAtPspRequest): Promise<CaptureOutcome>;
  cancel(request: { readonly pspReference: string; readonly idempotencyKey: string }): Promise<CancelOutcome>;
  refund(request: RefundAtPspRequest): Promise<RefundOutcome>;
  /** The payment as the PSP has it, found by reference or by charge; null when the PSP knows none. */
  findPayment(query: {
    readonly chargeId: ChargeId;
    readonly pspReference?: string;
  }): Promise<PspPayment | null>;
  /** The refund as the PSP has it; null when the PSP knows none. */
  findRefund(query: {
    readonly refundId: RefundId;
    readonly pspReference: string;
  }): Promise<RefundOutcome | null>;
  /** Verifies an inbound webhook on its raw bytes. `nowMs` bounds its age in both directions. */
  verifyNotice(request: {
    readonly rawBody: Buffer;
    readonly signature: string | undefined;
    readonly nowMs: number;
  }): NoticeVerdict;
}

/** A payment as the PSP has it now. */
export interface PspPayment {
  readonly outcome: Exclude<PaymentOutcome, PspUnknown>;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
}

/** The PSP refused to look at the request (rate limit, open breaker, connection refused): nothing happened. */
export class PspUnavailable extends Error {
  override readonly name = 'PspUnavailable';
  constructor(
    message: string,
    readonly retryAfterMs = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
