import { type ChargeId, type RefundId, type TenantId, fromMoneyData } from '../../../../core/kernel';
import type { Metadata, OperationStatus, Refund, RefundReason, RefundRow } from '../../../../core/payments';
import type { PspFailure } from '../../../../core/ports';

/** The columns of a refund, in the form that `toRefundRow` reads; the table is named `r`. */
export const refundColumns = `r.refund_id, r.charge_id, r.sequence, r.tenant, r.status, r.currency, r.amount_minor,
  r.reason, r.metadata, r.livemode, r.provider, r.created_at, r.psp_reference, r.failure`;

export interface RefundRecord {
  readonly refund_id: string;
  readonly charge_id: string;
  readonly sequence: number;
  readonly tenant: string;
  readonly status: OperationStatus;
  readonly currency: string;
  readonly amount_minor: string;
  readonly reason: RefundReason | null;
  readonly metadata: Metadata;
  readonly livemode: boolean;
  readonly provider: string;
  readonly created_at: Date;
  readonly psp_reference: string | null;
  readonly failure: PspFailure | null;
}

export const toRefundRow = (record: RefundRecord): RefundRow => ({
  tenant: record.tenant as TenantId,
  chargeId: record.charge_id as ChargeId,
  sequence: record.sequence,
  livemode: record.livemode,
  provider: record.provider,
  refund: {
    refundId: record.refund_id as RefundId,
    amount: fromMoneyData({ amountMinor: record.amount_minor, currency: record.currency }),
    reason: record.reason,
    metadata: record.metadata,
    createdAt: record.created_at.getTime(),
    status: record.status,
    pspReference: record.psp_reference,
    failure: record.failure,
  },
});

/** A refund inside its charge's record, where one statement must show both as of the same moment. */
export interface RefundJson {
  readonly id: string;
  readonly status: OperationStatus;
  readonly currency: string;
  /** Text, because JSON numbers lose integers beyond 2^53. */
  readonly amount: string;
  readonly reason: RefundReason | null;
  readonly metadata: Metadata;
  readonly created: number;
  readonly psp: string | null;
  readonly failure: PspFailure | null;
}

/** The refunds of a charge in their order as one JSON array; null when there are none. */
export const refundsJson = (chargeId: string): string => `(SELECT json_agg(json_build_object(
    'id', r.refund_id, 'status', r.status, 'currency', r.currency, 'amount', r.amount_minor::text, 'reason', r.reason,
    'metadata', r.metadata, 'created', floor(extract(epoch FROM r.created_at) * 1000), 'psp', r.psp_reference,
    'failure', r.failure) ORDER BY r.sequence)
    FROM payments.refunds r WHERE r.charge_id = ${chargeId})`;

export const refundFromJson = (json: RefundJson): Refund => ({
  refundId: json.id as RefundId,
  amount: fromMoneyData({ amountMinor: json.amount, currency: json.currency }),
  reason: json.reason,
  metadata: json.metadata,
  createdAt: json.created,
  status: json.status,
  pspReference: json.psp,
  failure: json.failure,
});
