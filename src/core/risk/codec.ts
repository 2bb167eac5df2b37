import { eventCodec } from '../kernel';
import type { EnforcementEvent, RuleSetEvent } from './events';

export const ruleSetCodec = eventCodec<RuleSetEvent>({ RuleSetSaved: [] });
export const enforcementCodec = eventCodec<EnforcementEvent>({ RuleSetActivated: [], RuleSetRolledBack: [] });
