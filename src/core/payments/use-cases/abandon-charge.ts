import { type ChargeId, accept } from '../../kernel';
import type { CommandContext, Journal } from '../../ports';
import type { Charge } from '../charge';
import { cancelCharge as decide } from '../decide-charge';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

/**
 * Asks the PSP to close a charge whose payer never authenticated. A charge that has moved on meanwhile, because the
 * payer or the merchant came first, is left as it is.
 * Refusal: cancel_in_progress.
 * @throws VersionConflict when other processes are faster at every try
 */
export const abandonCharge =
  (journal: Journal) =>
  (chargeId: ChargeId, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleChargeCommand(
      journal,
      chargeId,
      (charge) => (charge.status === 'requires_action' ? decide(charge, { chargeId }) : accept([])),
      context,
    );
