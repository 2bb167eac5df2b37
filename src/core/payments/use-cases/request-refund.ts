import type { CommandContext, Journal } from '../../ports';
import type { Charge } from '../charge';
import type { RequestRefund } from '../commands';
import { requestRefund as decide } from '../decide-charge';
import { type ProviderAmounts, withinAmounts } from './provider-amounts';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

/**
 * Asks the PSP to give money back. Concurrent refunds never pass the captured amount.
 * Refusals: charge_not_found, charge_not_refundable, currency_mismatch, too_many_refunds, refund_exceeds_captured,
 * amount_unsupported.
 * @throws VersionConflict when other processes are faster at every try
 */
export const requestRefund =
  (journal: Journal, amounts: ProviderAmounts) =>
  (command: RequestRefund, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleChargeCommand(
      journal,
      command.chargeId,
      (charge) => withinAmounts(decide(charge, command), amounts),
      context,
    );
