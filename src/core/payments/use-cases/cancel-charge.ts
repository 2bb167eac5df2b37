import type { CommandContext, Journal } from '../../ports';
import type { Charge } from '../charge';
import type { CancelCharge } from '../commands';
import { cancelCharge as decide } from '../decide-charge';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

/**
 * Asks the PSP to release what is authorized and not captured.
 * Refusals: charge_not_found, charge_not_cancelable, cancel_in_progress, capture_in_progress.
 * @throws VersionConflict when other processes are faster at every try
 */
export const cancelCharge =
  (journal: Journal) =>
  (command: CancelCharge, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleChargeCommand(journal, command.chargeId, (charge) => decide(charge, command), context);
