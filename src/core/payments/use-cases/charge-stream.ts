import { type ChargeId, parseId } from '../../kernel';
import type { Aggregate } from '../../ports';
import { type Charge, chargeDecider } from '../charge';
import { chargeCodec } from '../codec';
import type { ChargeEvent } from '../events';

const prefix = 'charge-';

export const chargeStream = (chargeId: ChargeId): string => `${prefix}${chargeId}`;

/** The charge whose stream this is; null for a stream of another context. */
export const chargeIdOf = (stream: string): ChargeId | null =>
  stream.startsWith(prefix) ? parseId('ch', stream.slice(prefix.length)) : null;

export const chargeAggregate: Aggregate<Charge, ChargeEvent> = { decider: chargeDecider, codec: chargeCodec };
