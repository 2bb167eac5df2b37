import { type CommandContext, type Handled, type Journal, handleCommand } from '../../ports';
import type { Charge } from '../charge';
import type { CancelCharge } from '../commands';
import { cancelCharge as decide } from '../decide-charge';
import type { ChargeErrorCode } from '../errors';
import { chargeAggregate, chargeStream } from './charge-stream';

/**
 * Asks the PSP to release what is authorized and not captured.
 * Refusals: charge_not_found, charge_not_cancelable, cancel_in_progress, capture_in_progress.
 * @throws VersionConflict after three tries
 */
export const cancelCharge =
  (journal: Journal) =>
  (command: CancelCharge, context: CommandContext<Charge>): Promise<Handled<Charge, ChargeErrorCode>> =>
    handleCommand(
      journal,
      chargeAggregate,
      chargeStream(command.chargeId),
      (charge) => decide(charge, command),
      context,
    );
