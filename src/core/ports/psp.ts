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

/** Why a PSP takes no payment of an amount, and what it takes. */
export interface AmountRefusal extends PspFailure {
  readonly code: 'amount_too_large' | 'amount_unsupported' | 'currency_unsupported';
}

/** What the payer has to do before the payment goes on (3-D Secure). */
export interface NextAction {
  readonly kind: 'redirect';
  readonly url: string;
}

/** What a PSP says about a card; never more of its number than the last four digits. */
export interface CardFacts {
  /** As the PSP writes it, for example `visa`. */
  readonly brand: string | null;
  readonly last4: string | null;
  /** ISO 3166-1 alpha-2, of the issuer. */
  readonly country: string | null;
  readonly funding: 'credit' | 'debit' | 'prepaid' | 'unknown' | null;
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
      /** All that was taken so far, no matter who asked for it: FinCore, or a person at the PSP. */
      readonly capturedMinor: bigint;
      /** Absent where the PSP does not say. */
      readonly card?: CardFacts;
    }
  | { readonly kind: 'action_required'; readonly pspReference: string; readonly nextAction: NextAction }
  /**
   * The card was refused. With a reference the payment exists, and its payer may still pay it with another card until it
   * is canceled.
   */
  | {
      readonly kind: 'failed';
      readonly pspReference?: string;
      readonly failure: PspFailure;
      readonly card?: CardFacts;
    }
  /** Nothing was taken, and nothing ever will be. */
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

/** A refund as the PSP has it now. */
export interface PspRefund {
  readonly pspReference: string;
  /** FinCore's id, where FinCore asked for the refund. */
  readonly refundId: RefundId | null;
  readonly amountMinor: bigint;
  readonly reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
  /** Milliseconds since the epoch, by the PSP's clock. */
  readonly createdAt: number;
  readonly outcome: Exclude<RefundOutcome, PspUnknown>;
}

/**
 * A payment as FinCore has asked for it. Every answer about it is compared with these terms before anything is made of it:
 * owner, amount, currency, and the side of the business, test or live, that the tenant is of.
 */
export interface PaymentTerms {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly amount: Money;
  /** When FinCore accepted the charge, milliseconds since the epoch: no payment of it is older. */
  readonly createdAt: number;
}

export interface AuthorizeRequest extends PaymentTerms {
  readonly paymentToken: string;
  readonly captureMethod: 'automatic' | 'manual';
  readonly description?: string;
  readonly statementDescriptor?: string;
  /** Where the payer's browser goes after 3-D Secure. @default the gateway's */
  readonly returnUrl?: string;
  /** Left with the payment where the PSP keeps such notes. The same for every attempt, or the key would not fit. */
  readonly correlationId?: string;
  /** Derived from the charge and the operation, never from the attempt. */
  readonly idempotencyKey: string;
}

/** A payment that the PSP has named. */
export interface AtPspRequest {
  readonly payment: PaymentTerms;
  readonly pspReference: string;
}

export interface CaptureAtPspRequest extends AtPspRequest {
  readonly amount: Money;
  /** Releases what is authorized beyond this capture. */
  readonly final: boolean;
  readonly idempotencyKey: string;
}

export interface CancelAtPspRequest extends AtPspRequest {
  readonly idempotencyKey: string;
}

export interface RefundAtPspRequest extends AtPspRequest {
  readonly refundId: RefundId;
  readonly amount: Money;
  readonly reason?: string;
  /** As of {@link AuthorizeRequest}. */
  readonly correlationId?: string;
  readonly idempotencyKey: string;
}

export interface FindRefundQuery extends AtPspRequest {
  readonly refundId: RefundId;
  readonly amount: Money;
  /** The PSP's name of the refund; null where none is known, and for FinCore's own, which are found by their id. */
  readonly refundReference: string | null;
}

/** A PSP's inbound notice, verified; the PSP's own state is looked up before anything is recorded. */
export interface PspNotice {
  readonly eventId: string;
  readonly type: string;
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly refundId?: RefundId;
  /**
   * `refunds`: money of the charge was given back, by which refund it does not say: one of FinCore's, or one made at the PSP
   * itself. `end`: the payment took no money, so that a charge that is over has nothing to learn from it.
   */
  readonly concerns?: 'refunds' | 'end';
}

export type NoticeVerdict =
  | { readonly kind: 'notice'; readonly notice: PspNotice }
  /** Authentic, but about nothing that FinCore acts on. */
  | { readonly kind: 'irrelevant'; readonly eventId: string; readonly type: string }
  /** Authentic, but about a payment of another installation or account that shares the PSP's account. */
  | { readonly kind: 'foreign'; readonly eventId: string; readonly type: string }
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
 * (Stripe: 24 hours).
 * @throws PspUnavailable when the request certainly had no effect
 * @throws PspContradiction when the answer is about other money, or another payment, than was asked for
 */
export interface PspGateway {
  readonly name: Provider;
  /** Why the PSP takes no payment of this amount; null when it can. Pure, so that a charge is refused before it is accepted. */
  amountRefusal(amount: Money): AmountRefusal | null;
  authorize(request: AuthorizeRequest): Promise<PaymentOutcome>;
  /**
   * Makes sure that the payment which {@link authorize} asks for under this key is never taken, whether it was asked for
   * before, is under way, or never was. `canceled`: it never will be. Any other outcome is that of the payment that came
   * first, which may have to be canceled by its reference. Safe to repeat, like `authorize`.
   */
  withdraw(request: AuthorizeRequest): Promise<PaymentOutcome>;
  capture(request: CaptureAtPspRequest): Promise<CaptureOutcome>;
  /** Releases what is held and ends what is not paid: afterwards nobody can pay it any more. */
  cancel(request: CancelAtPspRequest): Promise<CancelOutcome>;
  refund(request: RefundAtPspRequest): Promise<RefundOutcome>;
  /** The payment as the PSP has it, found by reference or by charge; null when the PSP knows none. */
  findPayment(query: {
    readonly payment: PaymentTerms;
    readonly pspReference?: string;
  }): Promise<PspPayment | null>;
  /** The refund as the PSP has it; null when the PSP knows none. */
  findRefund(query: FindRefundQuery): Promise<RefundOutcome | null>;
  /** Every refund of the payment, FinCore's own and those made at the PSP itself; what a capture releases is none. */
  listRefunds(query: AtPspRequest): Promise<readonly PspRefund[]>;
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
