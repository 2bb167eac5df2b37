import type { ChargeId } from '../../kernel';
import type { CommandContext, Journal } from '../../ports';
import type { Charge } from '../charge';
import { expireCharge as decide } from '../decide-charge';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

/**
 * Withdraws a charge that the PSP has not taken by its `expiresAt`. A charge that has moved on meanwhile, because the
 * payer or the merchant came first, is left as it is.
 * @throws VersionConflict after three tries
 */
export const expireCharge =
  (journal: Journal) =>
  (chargeId: ChargeId, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleChargeCommand(journal, chargeId, decide, context);
