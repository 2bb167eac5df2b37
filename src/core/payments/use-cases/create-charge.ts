import { refuse } from '../../kernel';
import { type CommandContext, type Journal, handleCreation } from '../../ports';
import type { Charge } from '../charge';
import type { CreateCharge } from '../commands';
import { createCharge as decide } from '../decide-charge';
import { type ChargeHandled, chargeAggregate, chargeStream } from './charge-stream';

/**
 * Accepts a charge. Answers once it is durable; the PSP is asked afterwards.
 * Idempotent by the context's key; one append, no read. Refusal: livemode_unavailable.
 * @param installed which side of the business the PSP serves here
 */
export const createCharge =
  (journal: Journal, installed: { readonly livemode: boolean }) =>
  (command: CreateCharge, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleCreation(
      journal,
      chargeAggregate,
      chargeStream(command.chargeId),
      (charge) => {
        // Neither side reaches the other's provider: a charge that is accepted here would never be asked for.
        if (command.livemode === installed.livemode) return decide(charge, command);
        const side = command.livemode ? 'live' : 'test';
        return refuse(
          'livemode_unavailable',
          `A ${side} key was used, and no ${side} payment service provider is configured.`,
        );
      },
      context,
    );
