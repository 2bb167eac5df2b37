import { type CaptureId, type ChargeId, type RefundId, accept } from '../../kernel';
import type {
  CancelOutcome,
  CaptureOutcome,
  CommandContext,
  Journal,
  PaymentOutcome,
  PspRefund,
  RefundOutcome,
} from '../../ports';
import { type Charge, chargeDecider } from '../charge';
import { type Recording, recordCancel, recordCapture, recordPayment } from '../decide-outcome';
import { recordRefund, recordRefundsMadeOutside } from '../decide-refund-outcome';
import type { ChargeEvent } from '../events';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

/** What the PSP said about one operation of a charge. */
export type PspReport =
  | { readonly operation: 'payment'; readonly outcome: PaymentOutcome }
  | { readonly operation: 'capture'; readonly captureId: CaptureId; readonly outcome: CaptureOutcome }
  | { readonly operation: 'cancel'; readonly outcome: CancelOutcome }
  | { readonly operation: 'refund'; readonly refundId: RefundId; readonly outcome: RefundOutcome }
  /** Every refund of the payment, those included that were made at the PSP itself. */
  | {
      readonly operation: 'all refunds';
      readonly refunds: readonly PspRefund[];
      readonly nextId: () => RefundId;
    };

/**
 * Records an outcome of the PSP once, however often and in any order it is reported. Several reports are written in
 * one append, in their order: anyone who waits for one of them sees what all of them came to.
 * Refusals: charge_final, refund_final, provider_contradiction, capture_not_found, refund_not_found.
 * @throws VersionConflict when other processes are faster at every try
 */
export const recordOutcome =
  (journal: Journal) =>
  (
    chargeId: ChargeId,
    reports: readonly PspReport[],
    context: CommandContext<Charge>,
  ): Promise<ChargeHandled> =>
    handleChargeCommand(journal, chargeId, (charge) => decideAll(charge, reports), context);

function decideAll(charge: Charge, reports: readonly PspReport[]): Recording {
  const events: ChargeEvent[] = [];
  let state = charge;
  for (const report of reports) {
    const recording = decide(state, report);
    if (!recording.ok) return recording;
    events.push(...recording.value);
    state = recording.value.reduce(chargeDecider.evolve, state);
  }
  return accept(events);
}

function decide(charge: Charge, report: PspReport): Recording {
  switch (report.operation) {
    case 'payment':
      return recordPayment(charge, report.outcome);
    case 'capture':
      return recordCapture(charge, report.captureId, report.outcome);
    case 'cancel':
      return recordCancel(charge, report.outcome);
    case 'refund':
      return recordRefund(charge, report.refundId, report.outcome);
    case 'all refunds':
      return recordRefundsMadeOutside(charge, report.refunds, report.nextId);
  }
}
