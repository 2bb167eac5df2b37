import type { ChargeId } from '../../kernel';
import type { Aggregate } from '../../ports';
import { type Charge, chargeDecider } from '../charge';
import { chargeCodec } from '../codec';
import type { ChargeEvent } from '../events';

export const chargeStream = (chargeId: ChargeId): string => `charge-${chargeId}`;

export const chargeAggregate: Aggregate<Charge, ChargeEvent> = { decider: chargeDecider, codec: chargeCodec };
