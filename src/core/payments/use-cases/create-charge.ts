import { type CommandContext, type Handled, type Journal, handleCreation } from '../../ports';
import type { Charge } from '../charge';
import type { CreateCharge } from '../commands';
import { createCharge as decide } from '../decide-charge';
import type { ChargeErrorCode } from '../errors';
import { chargeAggregate, chargeStream } from './charge-stream';

/**
 * Accepts a charge. Answers once it is durable; the PSP is asked afterwards.
 * Idempotent by the context's key; one append, no read.
 */
export const createCharge =
  (journal: Journal) =>
  (command: CreateCharge, context: CommandContext<Charge>): Promise<Handled<Charge, ChargeErrorCode>> =>
    handleCreation(
      journal,
      chargeAggregate,
      chargeStream(command.chargeId),
      (charge) => decide(charge, command),
      context,
    );
