import { type RuleSetId, refuse } from '../../kernel';
import { type CommandContext, type Handled, type Journal, handleCommand } from '../../ports';
import { activate, rollBack } from '../enforcement';
import type { RiskErrorCode } from '../errors';
import type { Enforcement } from '../rule-set';
import { findRuleSet } from './find-rule-set';
import { enforcementAggregate, enforcementStream } from './risk-streams';
import type { RulesInForce } from './rules-in-force';

export interface EnforceRuleSet {
  readonly ruleSetId: RuleSetId;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

type EnforcementHandled = Handled<Enforcement, RiskErrorCode>;

/** Assesses new charges of the tenant by this set. Refusals: rule_set_not_found, rule_set_in_force. */
export const activateRuleSet = (journal: Journal, rules: Pick<RulesInForce, 'forget'>) =>
  enforce(journal, rules, activate);

/** Brings back what was in force before this set. Refusals: rule_set_not_found, rule_set_not_in_force. */
export const rollBackRuleSet = (journal: Journal, rules: Pick<RulesInForce, 'forget'>) =>
  enforce(journal, rules, (enforcement, { ruleSetId, nowMs }) =>
    rollBack(enforcement, { from: ruleSetId, nowMs }),
  );

const enforce =
  (
    journal: Journal,
    rules: Pick<RulesInForce, 'forget'>,
    decide: (enforcement: Enforcement, asked: EnforceRuleSet) => ReturnType<typeof activate>,
  ) =>
  async (asked: EnforceRuleSet, context: CommandContext<Enforcement>): Promise<EnforcementHandled> => {
    const ruleSet = await findRuleSet(journal)(context.tenant, asked.ruleSetId);
    if (ruleSet === null) return { kind: 'refused', refusal: notFound(asked.ruleSetId) };
    try {
      return await handleCommand(
        journal,
        enforcementAggregate,
        enforcementStream(context.tenant),
        (enforcement) => decide(enforcement, asked),
        context,
      );
    } finally {
      // The caller who has the answer sees it hold. A command that failed may have been written.
      rules.forget(context.tenant);
    }
  };

const notFound = (ruleSetId: RuleSetId) =>
  refuse<RiskErrorCode>('rule_set_not_found', `There is no rule set ${ruleSetId}.`, '/id').refusal;
