import { type Decider, type RuleSetId, assert } from '../kernel';
import type { RuleSetEvent, RuleSetSaved } from './events';

export type ExistingRuleSet = Omit<RuleSetSaved, 'type'>;

/** Null before it is saved. */
export type RuleSet = ExistingRuleSet | null;

export const ruleSetDecider: Decider<RuleSet, RuleSetEvent> = {
  initial: null,
  evolve(ruleSet, { type: _, ...saved }) {
    assert(ruleSet === null, `${saved.ruleSetId} is saved once`);
    return saved;
  },
};

/** Which sets are and were in force for one owner. */
export interface Enforcement {
  /** The newest last; a roll-back takes it away. */
  readonly history: readonly { readonly ruleSetId: RuleSetId; readonly since: number }[];
  readonly rolledBack: readonly RuleSetId[];
}

export const inForce = ({ history }: Enforcement): RuleSetId | null => history.at(-1)?.ruleSetId ?? null;
