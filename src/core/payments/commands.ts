import type { CaptureId, ChargeId, Money, RefundId } from '../kernel';
import type { ChargeCreated, Metadata, RefundReason } from './events';

/** What a merchant asks for. */
export type AskedCharge = Omit<ChargeCreated, 'type' | 'assessment' | 'risk'>;

/** What is asked, and what the rules say of it, is what is written down. */
export type CreateCharge = Omit<ChargeCreated, 'type'>;

export interface CaptureCharge {
  readonly chargeId: ChargeId;
  readonly captureId: CaptureId;
  readonly requestedAt: number;
  /** Null captures what is left. */
  readonly amount: Money | null;
  /** Releases what is authorized beyond this capture. */
  readonly final: boolean;
}

export interface CancelCharge {
  readonly chargeId: ChargeId;
}

export interface RequestRefund {
  readonly chargeId: ChargeId;
  readonly refundId: RefundId;
  /** Null refunds what is left. */
  readonly amount: Money | null;
  readonly reason: RefundReason | null;
  readonly metadata: Metadata;
  readonly createdAt: number;
}

export interface ReviewCharge {
  readonly chargeId: ChargeId;
  readonly verdict: { readonly kind: 'approve' } | { readonly kind: 'reject'; readonly reason: string };
}
