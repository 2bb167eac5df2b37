import type { CommandContext, Journal } from '../../ports';
import type { Charge } from '../charge';
import type { ReviewCharge } from '../commands';
import { decideReview } from '../decide-charge';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

/**
 * Decides a charge that the rules held. Refusals: charge_not_found, charge_not_in_review.
 * @throws VersionConflict when other processes are faster at every try
 */
export const reviewCharge =
  (journal: Journal) =>
  (command: ReviewCharge, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleChargeCommand(journal, command.chargeId, (charge) => decideReview(charge, command), context);
