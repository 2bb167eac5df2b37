import type { CaptureMethod, Assessment, ReviewCharge } from '../../src/core/payments';
import type { ChargeId, Currency, TenantId } from '../../src/core/kernel';

/** What a merchant, or a reviewer, sends. */
export type Body =
  | {
      readonly operation: 'create';
      readonly amountMinor: number;
      readonly currency: Currency;
      readonly paymentToken: string;
      readonly captureMethod: CaptureMethod;
      readonly assessment: Assessment;
      /** How long after its creation the payment may be taken. */
      readonly lifetimeMs: number;
    }
  | {
      readonly operation: 'capture';
      readonly chargeId: ChargeId;
      /** Null for all that is left. */
      readonly amountMinor: number | null;
      readonly currency: Currency;
      readonly final: boolean;
    }
  | { readonly operation: 'cancel'; readonly chargeId: ChargeId }
  | {
      readonly operation: 'refund';
      readonly chargeId: ChargeId;
      readonly amountMinor: number | null;
      readonly currency: Currency;
    }
  | { readonly operation: 'review'; readonly chargeId: ChargeId; readonly verdict: ReviewCharge['verdict'] };

export interface Request {
  readonly tenant: TenantId;
  readonly key: string;
  readonly body: Body;
}

/** An answer that a client takes as the last word on its request. */
export type Answer =
  /** `id` names what was made: a charge, a capture, a refund; for a cancellation and a review, the charge. */
  | { readonly kind: 'accepted'; readonly id: string }
  | {
      readonly kind: 'refused';
      readonly code: string;
      /** The step of the last look into the journal before the refusal. */
      readonly decidedAtStep: number;
    }
  | { readonly kind: 'key_reused' };

/** No answer, or one that asks to try again with the same key. */
export type Reply = Answer | { readonly kind: 'try_again'; readonly why: string };

/** One request and everything that its client was told, for the auditor. */
export interface Asked {
  readonly request: Request;
  readonly answer: Answer;
}
