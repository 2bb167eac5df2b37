import { type TenantId, ownerOf } from '../../kernel';
import { type RiskDecision, assess } from '../assess';
import { type ChargeTerms, factsOf } from '../facts';
import type { RuleLanguage } from '../rule-language';
import type { RulesInForce } from './rules-in-force';

/** Asks the rules about a charge before any provider sees it; null where no rule set is in force. */
export type AssessCharge = (tenant: TenantId, asked: ChargeTerms) => Promise<RiskDecision | null>;

export const assessCharge =
  (rules: RulesInForce, language: RuleLanguage): AssessCharge =>
  async (tenant, asked) => {
    const sets = await rules.of(tenant);
    if (sets.length === 0) return null;
    const facts = factsOf(asked, ownerOf(tenant));
    return assess(sets, facts, language.bind(facts));
  };
