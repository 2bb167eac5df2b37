import { type ChargeId, accept } from '../../kernel';
import { type CommandContext, type Handled, type Journal, handleCommand } from '../../ports';
import type { Charge } from '../charge';
import { cancelCharge as decide } from '../decide-charge';
import type { ChargeErrorCode } from '../errors';
import { chargeAggregate, chargeStream } from './charge-stream';

/**
 * Asks the PSP to close a charge whose payer never authenticated. A charge that has moved on meanwhile, because the
 * payer or the merchant came first, is left as it is.
 * Refusal: cancel_in_progress.
 */
export const abandonCharge =
  (journal: Journal) =>
  (chargeId: ChargeId, context: CommandContext<Charge>): Promise<Handled<Charge, ChargeErrorCode>> =>
    handleCommand(
      journal,
      chargeAggregate,
      chargeStream(chargeId),
      (charge) => (charge.status === 'requires_action' ? decide(charge, { chargeId }) : accept([])),
      context,
    );
