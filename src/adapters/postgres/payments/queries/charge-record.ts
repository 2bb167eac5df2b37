import {
  type CaptureId,
  type ChargeId,
  type Money,
  type MoneyData,
  type TenantId,
  assert,
  fromMoneyData,
} from '../../../../core/kernel';
import type {
  Capture,
  CaptureMethod,
  ChargeRow,
  ChargeStatus,
  ExistingCharge,
  Metadata,
} from '../../../../core/payments';
import type { NextAction, PspFailure } from '../../../../core/ports';
import { type RefundJson, refundsJson, refundFromJson } from './refund-record';

/** The columns of a charge with its refunds, in the form that `toChargeRow` reads; the table is named `c`. */
export const chargeColumns = `c.charge_id, c.tenant, c.version, c.status, c.currency, c.amount_minor, c.captured_minor,
  c.capture_method, c.payment_token, c.description, c.customer_reference, c.statement_descriptor, c.metadata,
  c.livemode, c.provider, c.created_at, c.captures, c.psp_reference, c.cancellation, c.failure, c.next_action,
  ${refundsJson('c.charge_id')} AS refunds`;

export interface ChargeRecord {
  readonly charge_id: string;
  readonly tenant: string;
  readonly version: number;
  readonly status: ChargeStatus;
  readonly currency: string;
  readonly amount_minor: string;
  readonly captured_minor: string;
  readonly capture_method: CaptureMethod;
  readonly payment_token: string;
  readonly description: string | null;
  readonly customer_reference: string | null;
  readonly statement_descriptor: string | null;
  readonly metadata: Metadata;
  readonly livemode: boolean;
  readonly provider: string;
  readonly created_at: Date;
  readonly captures: readonly CaptureJson[];
  readonly psp_reference: string | null;
  readonly cancellation: 'none' | 'pending' | 'unknown' | null;
  readonly failure: PspFailure | null;
  readonly next_action: NextAction | null;
  /** Null when there are none. */
  readonly refunds: readonly RefundJson[] | null;
}

/** A capture as the column `captures` holds it. */
export type CaptureJson = Omit<Capture, 'captureId' | 'amount'> & {
  readonly captureId: string;
  readonly amount: MoneyData;
};

export function toChargeRow(record: ChargeRecord): ChargeRow {
  return {
    tenant: record.tenant as TenantId,
    version: record.version,
    charge: toCharge(record),
  };
}

function toCharge(record: ChargeRecord): ExistingCharge {
  const { status } = record;
  const existing = {
    terms: {
      chargeId: record.charge_id as ChargeId,
      amount: amountOf(record, record.amount_minor),
      paymentToken: record.payment_token,
      captureMethod: record.capture_method,
      description: record.description,
      customerReference: record.customer_reference,
      statementDescriptor: record.statement_descriptor,
      metadata: record.metadata,
      livemode: record.livemode,
      provider: record.provider,
      createdAt: record.created_at.getTime(),
    },
    captured: amountOf(record, record.captured_minor),
    captures: record.captures.map(toCapture),
    refunds: (record.refunds ?? []).map(refundFromJson),
  };
  switch (status) {
    case 'in_review':
    case 'processing':
    case 'unknown':
    case 'canceled':
      return { ...existing, status };
    case 'blocked':
    case 'failed':
      return { ...existing, status, failure: present(record, 'failure') };
    case 'authorized':
    case 'succeeded':
      return { ...existing, status, ...atPsp(record) };
    case 'requires_action':
      return { ...existing, status, ...atPsp(record), nextAction: present(record, 'next_action') };
  }
}

const atPsp = (record: ChargeRecord) => ({
  pspReference: present(record, 'psp_reference'),
  cancellation: present(record, 'cancellation'),
});

/** The table's constraints promise the column for this status. */
function present<Column extends 'failure' | 'next_action' | 'psp_reference' | 'cancellation'>(
  record: ChargeRecord,
  column: Column,
): NonNullable<ChargeRecord[Column]> {
  const value = record[column];
  assert(value !== null, `${record.charge_id} is ${record.status} and has a ${column}`);
  return value;
}

const amountOf = ({ currency }: ChargeRecord, amountMinor: string): Money =>
  fromMoneyData({ amountMinor, currency });

const toCapture = ({ captureId, amount, ...rest }: CaptureJson): Capture => ({
  ...rest,
  captureId: captureId as CaptureId,
  amount: fromMoneyData(amount),
});
