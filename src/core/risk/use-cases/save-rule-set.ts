import { type Refusal, type Result, accept, refuse } from '../../kernel';
import { type CommandContext, type Handled, type Journal, handleCreation } from '../../ports';
import type { RiskErrorCode } from '../errors';
import type { RuleSetSaved } from '../events';
import type { Rule } from '../rule';
import type { RuleLanguage } from '../rule-language';
import type { RuleSet } from '../rule-set';
import { ruleSetAggregate, ruleSetStream } from './risk-streams';

export type SaveRuleSet = Omit<RuleSetSaved, 'type'>;

/** Writes a rule set down; nothing is assessed by it yet. Refusal: rule_invalid, for the first rule that is wrong. */
export const saveRuleSet =
  (journal: Journal, language: RuleLanguage) =>
  (command: SaveRuleSet, context: CommandContext<RuleSet>): Promise<Handled<RuleSet, RiskErrorCode>> =>
    handleCreation(
      journal,
      ruleSetAggregate,
      ruleSetStream(command.ruleSetId),
      () => decide(command, language),
      context,
    );

function decide(
  command: SaveRuleSet,
  language: RuleLanguage,
): Result<readonly RuleSetSaved[], RiskErrorCode> {
  const seen = new Set<string>();
  for (const [index, rule] of command.rules.entries()) {
    if (seen.has(rule.ruleId))
      return refuse('rule_invalid', `Two rules have the id ${rule.ruleId}.`, `/rules/${String(index)}/id`);
    seen.add(rule.ruleId);
    const refusal = problemOf(rule, index, language);
    if (refusal !== null) return { ok: false, refusal };
  }
  return accept([{ type: 'RuleSetSaved', ...command }]);
}

function problemOf(rule: Rule, index: number, language: RuleLanguage): Refusal<RiskErrorCode> | null {
  const compiled = language.compile(rule.expression);
  if (compiled.ok) return null;
  const { line, column, message } = compiled.problem;
  return {
    code: 'rule_invalid',
    message: `Rule ${rule.ruleId}, line ${String(line)}, column ${String(column)}: ${message}`,
    param: `/rules/${String(index)}/expression`,
  };
}
