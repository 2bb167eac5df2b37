import type { RuleSetId, TenantId } from '../../kernel';
import type { Aggregate } from '../../ports';
import { enforcementCodec, ruleSetCodec } from '../codec';
import { enforcementDecider } from '../enforcement';
import type { EnforcementEvent, RuleSetEvent } from '../events';
import { type Enforcement, type RuleSet, ruleSetDecider } from '../rule-set';

export const ruleSetPrefix = 'rule-set-';
export const enforcementPrefix = 'rules-in-force-';

export const ruleSetStream = (ruleSetId: RuleSetId): string => `${ruleSetPrefix}${ruleSetId}`;
/** One for each side of a merchant, and one for the platform. */
export const enforcementStream = (owner: TenantId): string => `${enforcementPrefix}${owner}`;

export const ruleSetAggregate: Aggregate<RuleSet, RuleSetEvent> = {
  decider: ruleSetDecider,
  codec: ruleSetCodec,
};
export const enforcementAggregate: Aggregate<Enforcement, EnforcementEvent> = {
  decider: enforcementDecider,
  codec: enforcementCodec,
};
