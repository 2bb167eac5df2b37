import {
  assert,
  type CaptureId,
  type ChargeId,
  type Currency,
  type Money,
  type RefundId,
  type TenantId,
} from '../kernel';
import { chargeCodec, type ChargeEvent, chargeOf } from '../payments';
import type { AccountCode, RecordedEvent, Side, TransactionId } from '../ports';
import { transactionIdOf } from './transaction-id';

/** A debit or a credit of one account, before the ledger has given it a place. */
export interface Posting {
  readonly code: AccountCode;
  readonly side: Side;
  readonly amount: Money;
}

/** What one event does to the books: postings that balance in every currency. */
export interface LedgerTransaction {
  readonly transactionId: TransactionId;
  readonly tenant: TenantId;
  readonly eventType: string;
  readonly chargeId: ChargeId;
  readonly operationId: CaptureId | RefundId | null;
  readonly partition: number;
  readonly position: number;
  readonly recordedAt: number;
  readonly postings: readonly Posting[];
}

/** What the books say about an event, apart from where and when it happened. */
interface Movement {
  readonly operationId: CaptureId | RefundId | null;
  readonly postings: readonly Posting[];
}

/** The ledger transaction of an event; null for an event that moves no money, or of another context. */
export function postingsFor(event: RecordedEvent): LedgerTransaction | null {
  const decoded = chargeCodec.decode(event);
  const movement = decoded === null ? null : movementOf(decoded);
  if (movement === null) return null;
  assertBalanced(movement.postings);
  const chargeId = chargeOf(event);
  return {
    transactionId: transactionIdOf({ chargeId, version: event.version, recordedAt: event.recordedAt }),
    tenant: event.tenant,
    eventType: event.type,
    chargeId,
    partition: event.partition,
    position: event.position,
    recordedAt: event.recordedAt,
    ...movement,
  };
}

function movementOf(event: ChargeEvent): Movement | null {
  switch (event.type) {
    case 'ChargeCaptured':
      return {
        operationId: event.captureId,
        postings: transfer(event.amount, { debit: 'psp_receivable:stripe', credit: 'merchant_payable' }),
      };
    case 'RefundRequested':
      return {
        operationId: event.refundId,
        postings: transfer(event.amount, { debit: 'merchant_payable', credit: 'refunds_pending' }),
      };
    case 'RefundSucceeded':
      return {
        operationId: event.refundId,
        postings: transfer(event.amount, { debit: 'refunds_pending', credit: 'psp_receivable:stripe' }),
      };
    case 'RefundFailed':
      return {
        operationId: event.refundId,
        // A refund that came back after its success brings the money back to the PSP; one that never
        // happened only ends the waiting. Either way the merchant is owed the amount again.
        postings: transfer(event.amount, {
          debit: event.afterSuccess ? 'psp_receivable:stripe' : 'refunds_pending',
          credit: 'merchant_payable',
        }),
      };
    case 'ChargeCreated':
    case 'ChargeReviewApproved':
    case 'ChargeReviewRejected':
    case 'ChargeOutcomeUnknown':
    case 'ChargeActionRequired':
    case 'ChargeAuthorized':
    case 'ChargeFailed':
    case 'CaptureRequested':
    case 'CaptureFailed':
    case 'CaptureOutcomeUnknown':
    case 'CancelRequested':
    case 'ChargeCanceled':
    case 'CancelFailed':
    case 'CancelOutcomeUnknown':
    case 'RefundPending':
    case 'RefundOutcomeUnknown':
      return null;
  }
}

const transfer = (
  amount: Money,
  { debit, credit }: { readonly debit: AccountCode; readonly credit: AccountCode },
): readonly Posting[] => [
  { code: debit, side: 'debit', amount },
  { code: credit, side: 'credit', amount },
];

/** Debits equal credits in every currency, and every posting moves something. */
export function assertBalanced(postings: readonly Posting[]): void {
  const differenceOf = new Map<Currency, bigint>();
  for (const { side, amount } of postings) {
    assert(amount.amountMinor > 0n, `a posting moves more than ${amount.amountMinor.toString()} minor units`);
    const signed = side === 'debit' ? amount.amountMinor : -amount.amountMinor;
    differenceOf.set(amount.currency, (differenceOf.get(amount.currency) ?? 0n) + signed);
  }
  for (const [currency, difference] of differenceOf)
    assert(difference === 0n, `debits less credits are ${difference.toString()} ${currency}, not zero`);
}
