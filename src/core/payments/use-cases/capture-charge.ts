import { type CommandContext, type Handled, type Journal, handleCommand } from '../../ports';
import type { Charge } from '../charge';
import type { CaptureCharge } from '../commands';
import { captureCharge as decide } from '../decide-charge';
import type { ChargeErrorCode } from '../errors';
import { chargeAggregate, chargeStream } from './charge-stream';

/**
 * Asks the PSP to capture. Answers once the request is durable, not once the money moved.
 * Refusals: charge_not_found, charge_not_authorized, cancel_in_progress, capture_in_progress, currency_mismatch, capture_exceeds_authorization.
 * @throws VersionConflict after three tries
 */
export const captureCharge =
  (journal: Journal) =>
  (command: CaptureCharge, context: CommandContext<Charge>): Promise<Handled<Charge, ChargeErrorCode>> =>
    handleCommand(
      journal,
      chargeAggregate,
      chargeStream(command.chargeId),
      (charge) => decide(charge, command),
      context,
    );
