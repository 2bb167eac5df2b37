import type { CommandContext, Journal } from '../../ports';
import type { Charge } from '../charge';
import type { CaptureCharge } from '../commands';
import { captureCharge as decide } from '../decide-charge';
import { type ProviderAmounts, withinAmounts } from './provider-amounts';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

/**
 * Asks the PSP to capture. Answers once the request is durable, not once the money moved.
 * Refusals: charge_not_found, charge_not_authorized, cancel_in_progress, currency_mismatch, capture_in_progress,
 * too_many_captures, capture_exceeds_authorization, amount_unsupported.
 * @throws VersionConflict when other processes are faster at every try
 */
export const captureCharge =
  (journal: Journal, amounts: ProviderAmounts) =>
  (command: CaptureCharge, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleChargeCommand(
      journal,
      command.chargeId,
      (charge) => withinAmounts(decide(charge, command), amounts),
      context,
    );
