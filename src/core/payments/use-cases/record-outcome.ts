import type { CaptureId, ChargeId, RefundId } from '../../kernel';
import type {
  CancelOutcome,
  CaptureOutcome,
  CommandContext,
  Journal,
  PaymentOutcome,
  RefundOutcome,
} from '../../ports';
import type { Charge } from '../charge';
import { recordCancel, recordCapture, recordPayment, recordRefund } from '../decide-outcome';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

/** What the PSP said about one operation of a charge. */
export type PspReport =
  | { readonly operation: 'payment'; readonly outcome: PaymentOutcome }
  | { readonly operation: 'capture'; readonly captureId: CaptureId; readonly outcome: CaptureOutcome }
  | { readonly operation: 'cancel'; readonly outcome: CancelOutcome }
  | { readonly operation: 'refund'; readonly refundId: RefundId; readonly outcome: RefundOutcome };

/**
 * Writes down what the PSP said, once, however often and in whatever order it is reported.
 * Refusals: charge_final, refund_final, capture_not_found, refund_not_found.
 * @throws VersionConflict when other processes are faster at every try
 */
export const recordOutcome =
  (journal: Journal) =>
  (chargeId: ChargeId, report: PspReport, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleChargeCommand(journal, chargeId, (charge) => decide(charge, report), context);

function decide(charge: Charge, report: PspReport) {
  switch (report.operation) {
    case 'payment':
      return recordPayment(charge, report.outcome);
    case 'capture':
      return recordCapture(charge, report.captureId, report.outcome);
    case 'cancel':
      return recordCancel(charge, report.outcome);
    case 'refund':
      return recordRefund(charge, report.refundId, report.outcome);
  }
}
