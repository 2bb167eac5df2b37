import { refuse } from '../../kernel';
import { type CommandContext, type Journal, handleCreation } from '../../ports';
import type { Charge } from '../charge';
import type { CreateCharge } from '../commands';
import { createCharge as decide } from '../decide-charge';
import { type ProviderAmounts, withinAmounts } from './provider-amounts';
import { type ChargeHandled, chargeAggregate, chargeStream } from './charge-stream';

/**
 * Accepts a charge. Answers once it is durable; the PSP is asked afterwards.
 * Idempotent by the context's key; one append, no read unless it is refused.
 * Refusals: livemode_unavailable, amount_too_large, amount_unsupported, currency_unsupported.
 * @param installed which side of the business the PSP serves here, and which amounts it takes
 */
export const createCharge =
  (journal: Journal, installed: { readonly livemode: boolean } & ProviderAmounts) =>
  (command: CreateCharge, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleCreation(
      journal,
      chargeAggregate,
      chargeStream(command.chargeId),
      (charge) => {
        // Neither side reaches the other's provider: a charge that is accepted here would never be asked for.
        if (command.livemode !== installed.livemode) {
          const side = command.livemode ? 'live' : 'test';
          return refuse(
            'livemode_unavailable',
            `A ${side} key was used, and no ${side} payment service provider is configured.`,
          );
        }
        return withinAmounts(decide(charge, command), installed);
      },
      context,
    );
