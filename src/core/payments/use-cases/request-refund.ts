import { type CommandContext, type Handled, type Journal, handleCommand } from '../../ports';
import type { Charge } from '../charge';
import type { RequestRefund } from '../commands';
import { requestRefund as decide } from '../decide-charge';
import type { ChargeErrorCode } from '../errors';
import { chargeAggregate, chargeStream } from './charge-stream';

/**
 * Asks the PSP to give money back. Concurrent refunds never pass the captured amount.
 * Refusals: charge_not_found, charge_not_refundable, currency_mismatch, refund_exceeds_captured.
 * @throws VersionConflict after three tries
 */
export const requestRefund =
  (journal: Journal) =>
  (command: RequestRefund, context: CommandContext<Charge>): Promise<Handled<Charge, ChargeErrorCode>> =>
    handleCommand(
      journal,
      chargeAggregate,
      chargeStream(command.chargeId),
      (charge) => decide(charge, command),
      context,
    );
