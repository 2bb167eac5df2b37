import { type ChargeId, assert, parseId } from '../../kernel';
import { type Aggregate, type CommandContext, type Handled, type Journal, handleCommand } from '../../ports';
import { type Charge, chargeDecider } from '../charge';
import { chargeCodec } from '../codec';
import type { Decision } from '../decide-charge';
import type { ChargeErrorCode } from '../errors';
import type { ChargeEvent } from '../events';

const prefix = 'charge-';

export const chargeStream = (chargeId: ChargeId): string => `${prefix}${chargeId}`;

/** The charge whose stream this is; null for a stream of another context. */
export const chargeIdOf = (stream: string): ChargeId | null =>
  stream.startsWith(prefix) ? parseId('ch', stream.slice(prefix.length)) : null;

/** The charge of an event that is a charge's own. */
export function chargeOf({ stream }: { readonly stream: string }): ChargeId {
  const chargeId = chargeIdOf(stream);
  assert(chargeId !== null, `${stream} is the stream of a charge`);
  return chargeId;
}

export const chargeAggregate: Aggregate<Charge, ChargeEvent> = { decider: chargeDecider, codec: chargeCodec };

export type ChargeHandled = Handled<Charge, ChargeErrorCode>;

/** Loads the charge, decides, appends; see `handleCommand`. */
export const handleChargeCommand = (
  journal: Journal,
  chargeId: ChargeId,
  decide: (charge: Charge) => Decision,
  context: CommandContext<Charge>,
): Promise<ChargeHandled> => handleCommand(journal, chargeAggregate, chargeStream(chargeId), decide, context);
