import type { CaptureId, ChargeId, Money, RefundId } from '../kernel';
import type { Assessment, CaptureMethod, Metadata, RefundReason } from './events';

export interface CreateCharge {
  readonly chargeId: ChargeId;
  readonly amount: Money;
  readonly paymentToken: string;
  readonly captureMethod: CaptureMethod;
  readonly assessment: Assessment;
  readonly description: string | null;
  readonly customerReference: string | null;
  readonly statementDescriptor: string | null;
  readonly metadata: Metadata;
  readonly livemode: boolean;
  readonly createdAt: number;
}

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
