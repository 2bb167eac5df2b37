import type { Clock } from '../kernel';
import type { Journal } from '../ports';
import type { RuleLanguage } from './rule-language';
import { assessCharge } from './use-cases/assess-charge';
import { activateRuleSet, rollBackRuleSet } from './use-cases/enforce-rule-set';
import { findEnforcement, findRuleSet } from './use-cases/find-rule-set';
import { type RulesInForceOptions, createRulesInForce } from './use-cases/rules-in-force';
import { saveRuleSet } from './use-cases/save-rule-set';

/** The use cases of risk, as one process offers them. */
export type Risk = ReturnType<typeof bindRisk>;

export function bindRisk(
  journal: Journal,
  parts: {
    readonly language: RuleLanguage;
    readonly clock: Clock;
    readonly cache: RulesInForceOptions['cache'];
  },
) {
  const rules = createRulesInForce({ journal, ...parts });
  return {
    assess: assessCharge(rules, parts.language),
    saveRuleSet: saveRuleSet(journal, parts.language),
    activateRuleSet: activateRuleSet(journal, rules),
    rollBackRuleSet: rollBackRuleSet(journal, rules),
    findRuleSet: findRuleSet(journal),
    findEnforcement: findEnforcement(journal),
  };
}
